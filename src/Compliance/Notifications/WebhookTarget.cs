using System.Net;
using System.Net.Sockets;

namespace Governance.Compliance.Notifications;

/// <summary>
/// Where webhooks may go: to public addresses over HTTPS. The address is looked at when the connection is made, after the name has been
/// resolved, so that a name cannot change its mind in between; redirects and proxies are not followed. Configuration may allow
/// networks (<c>Notifications:Webhooks:AllowedNetworks</c>) and plain HTTP to them.
/// </summary>
public sealed class WebhookTarget(IConfiguration configuration)
{
    public const int LongestUrl = 500;

    /// <summary>Not public: this host, private, link-local (with the metadata services of clouds), shared, documentation, multicast, reserved, and IPv6 that wraps IPv4.</summary>
    private static readonly IPNetwork[] Closed =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
            "fec0::/10", "ff00::/8",
        ]).Select(IPNetwork.Parse),
    ];

    private readonly IPNetwork[] allowed =
        [.. (configuration.GetSection("Notifications:Webhooks:AllowedNetworks").Get<string[]>() ?? []).Select(IPNetwork.Parse)];

    private readonly bool allowHttp = configuration.GetValue("Notifications:Webhooks:AllowHttp", defaultValue: false);

    /// <summary>Null where the address may be reached.</summary>
    public string? Trouble(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

        return !Array.Exists(allowed, network => network.Contains(plain)) && Array.Exists(Closed, network => network.Contains(plain))
            ? "leads to an address that is not public."
            : null;
    }

    /// <summary>What can be said without asking for the address; null where there is nothing against the URL.</summary>
    public string? Trouble(string url) => url switch
    {
        { Length: 0 or > LongestUrl } => $"must have 1 to {LongestUrl} characters.",
        _ when !Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0 => "must be an absolute URL, such as https://example.org/hook.",
        _ when Uri.TryCreate(url, UriKind.Absolute, out var uri) => Trouble(uri),
        _ => null,
    };

    private string? Trouble(Uri uri) => uri switch
    {
        _ when uri.Scheme != Uri.UriSchemeHttps && !(allowHttp && uri.Scheme == Uri.UriSchemeHttp) => "must begin with https://.",
        { UserInfo.Length: > 0 } => "must not contain a name or password.",
        { Fragment.Length: > 0 } => "must not contain a fragment.",
        _ when IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) => Trouble(address),
        _ => null,
    };

    public SocketsHttpHandler Handler(TrustedAuthorities trusted) => new()
    {
        SslOptions = new() { RemoteCertificateValidationCallback = trusted.Accept },
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = Connect,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 16,
    };

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, ct);

        if (addresses.Length == 0 || addresses.Select(Trouble).FirstOrDefault(trouble => trouble is not null) is { })
        {
            throw new ForbiddenTargetException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The name of a webhook's target leads to an address it must not be sent to.</summary>
public sealed class ForbiddenTargetException() : Exception("The name leads to an address that is not public.");
