using Governance.ServiceDefaults;

namespace Governance.Compliance.Notifications;

internal static class Registration
{
    /// <summary>People with a desk: machines are told by webhook.</summary>
    private static readonly string[] Everybody = [Roles.PortfolioManager, Roles.Auditor, Roles.Executive, Roles.Administrator, .. Access.Reviewers];

    public static void AddNotifications(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(MailSettings.Of(builder.Configuration));
        builder.Services.AddSingleton<TrustedAuthorities>();
        builder.Services.AddSingleton<WebhookTarget>();
        builder.Services.AddSingleton<Webhooks>();
        builder.Services.AddSingleton<NotificationStore>();
        builder.Services.AddSingleton<FindNotifications>();
        builder.Services.AddSingleton<PreferencesEndpoints>();
        builder.Services.AddSingleton<Deliveries>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Deliveries>());
    }

    public static void MapNotifications(this WebApplication app)
    {
        var own = app.MapGroup("/api/notifications").RequireRole(Everybody);
        own.MapGet("/", (FindNotifications find, Caller caller, bool? unread, int? page, int? pageSize, CancellationToken ct) =>
            find.Mine(caller, unread, page, pageSize, ct)).Produces<Page<NotificationView>>();
        own.MapGet("/counts", (FindNotifications find, Caller caller, CancellationToken ct) => find.Counts(caller, ct)).Produces<NotificationCounts>();
        own.MapPost("/read", (FindNotifications find, Caller caller, CancellationToken ct) => find.ReadAll(caller, ct)).Produces(StatusCodes.Status204NoContent);
        own.MapPost("/{notification:guid}/read", (Guid notification, FindNotifications find, Caller caller, CancellationToken ct) =>
            find.Read(notification, caller, ct)).Produces(StatusCodes.Status204NoContent);
        own.MapGet("/preferences", (PreferencesEndpoints preferences, HttpContext http) => preferences.Read(http));
        own.MapPut("/preferences", (PreferencesEndpoints preferences, HttpContext http) => preferences.Replace(http)).Accepts<Preferences>("application/json");

        var sending = app.MapGroup("/api/notifications").RequireRole(Roles.Administrator);
        sending.MapGet("/webhooks", (Webhooks webhooks, CancellationToken ct) => webhooks.List(ct)).Produces<Page<WebhookView>>();
        sending.MapPost("/webhooks", (Webhooks webhooks, HttpContext http) => webhooks.Create(http))
            .Accepts<WebhookInput>("application/json").Produces<WebhookView>(StatusCodes.Status201Created);
        sending.MapPost("/webhooks/{webhook:guid}/rotation", (Guid webhook, Webhooks webhooks, HttpContext http) => webhooks.Rotate(webhook, http)).Produces<WebhookView>();
        sending.MapDelete("/webhooks/{webhook:guid}", (Guid webhook, Webhooks webhooks, HttpContext http) => webhooks.Remove(webhook, http)).Produces(StatusCodes.Status204NoContent);
        sending.MapGet("/deliveries", (FindNotifications find, string? state, int? page, int? pageSize, CancellationToken ct) =>
            find.Deliveries(state, page, pageSize, ct)).Produces<Page<DeliveryView>>();
        sending.MapPost("/deliveries/{delivery:guid}/retry", (Guid delivery, FindNotifications find, CancellationToken ct) => find.Retry(delivery, ct))
            .Produces(StatusCodes.Status204NoContent);
    }
}
