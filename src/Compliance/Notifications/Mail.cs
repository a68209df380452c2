using System.Globalization;
using System.Text;
using Governance.ServiceDefaults;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using NodaTime;

namespace Governance.Compliance.Notifications;

/// <summary>The mail server; without <c>Notifications:Mail:Host</c> there is no mail.</summary>
public sealed record MailSettings(string? Host, int Port, string From, string? User, string? Password, SecureSocketOptions Security, string PortalUrl)
{
    public bool Available => Host is { Length: > 0 };

    public static MailSettings Of(IConfiguration configuration)
    {
        var mail = configuration.GetSection("Notifications:Mail");
        var security = mail.GetValue("Security", "starttls") switch
        {
            "none" => SecureSocketOptions.None,
            "starttls" => SecureSocketOptions.StartTls,
            "tls" => SecureSocketOptions.SslOnConnect,
            var other => throw new InvalidOperationException($"Notifications:Mail:Security must be none, starttls or tls, not {other}."),
        };

        if (security is SecureSocketOptions.None && mail["User"] is { Length: > 0 })
        {
            throw new InvalidOperationException("Notifications:Mail:User needs Notifications:Mail:Security starttls or tls: a password is not sent in the clear.");
        }

        return new(
            mail["Host"],
            mail.GetValue("Port", 587),
            mail["From"] ?? "governance@localhost",
            mail["User"],
            mail["Password"],
            security,
            configuration["Notifications:PortalUrl"] ?? "http://localhost:8080");
    }
}

/// <summary>One line of a mail.</summary>
public sealed record MailedNotice(NoticeKind Kind, NoticeFacts Facts);

public static class Mail
{
    /// <summary>
    /// Plain text made of codes, numbers and times: nothing a person wrote is in it, neither in a header nor in the body. The message
    /// id is that of the delivery, so that a mail sent twice can be told to be one.
    /// </summary>
    public static MimeMessage Compose(Guid delivery, string address, IReadOnlyList<MailedNotice> notices, DateTimeZone zone, DateTimeOffset at, MailSettings settings)
    {
        var lines = notices.Select(notice => Wording.Of(notice.Kind, notice.Facts, zone)).ToList();
        var message = new MimeMessage
        {
            Subject = lines is [var only] ? only : string.Create(CultureInfo.InvariantCulture, $"{lines.Count} notices from Governance"),
            Date = at,
            MessageId = $"{delivery}@governance",
            Body = new TextPart("plain") { Text = Body(lines, notices, settings.PortalUrl) },
        };
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.Add(new MailboxAddress("", address));
        message.Headers.Add("Auto-Submitted", "auto-generated");

        return message;
    }

    private static string Body(List<string> lines, IReadOnlyList<MailedNotice> notices, string portal)
    {
        var text = new StringBuilder();

        for (var i = 0; i < lines.Count; i++)
        {
            text.Append(lines[i]).Append('\n');

            if (notices[i].Facts.UseCaseId is { } useCase)
            {
                text.Append(CultureInfo.InvariantCulture, $"{portal.TrimEnd('/')}/reviews/{useCase}\n");
            }

            text.Append('\n');
        }

        return text.Append("You get this because of your settings under Notifications.\n").ToString();
    }

    public static async Task Send(MimeMessage message, MailSettings settings, TrustedAuthorities trusted, CancellationToken ct)
    {
        using var smtp = new SmtpClient { Timeout = (int)Deliveries.Patience.TotalMilliseconds, ServerCertificateValidationCallback = trusted.Accept };
        await smtp.ConnectAsync(settings.Host!, settings.Port, settings.Security, ct);

        if (settings.User is { Length: > 0 })
        {
            await smtp.AuthenticateAsync(settings.User, settings.Password ?? "", ct);
        }

        await smtp.SendAsync(message, ct);
        await smtp.DisconnectAsync(quit: true, ct);
    }
}
