using Governance.Audit.Holds;
using Governance.Audit.Retention;
using Governance.ServiceDefaults;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

namespace Governance.Audit.Erasures;

/// <summary>Erasure, legal hold and retention within the service: what runs in the background, and the doors.</summary>
internal static class ErasureSetup
{
    public static void Keep(StoreOptions store)
    {
        store.Projections.Snapshot<Erasure>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<CaseErasure>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<LegalHold>(SnapshotLifecycle.Inline);
    }

    public static void AddErasures(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(RetentionPolicy.Shipped());
        builder.Services.AddSingleton<ErasureTables>();
        builder.Services.AddSingleton<ErasureDesk>();
        builder.Services.AddSingleton<FindHolds>();
        builder.Services.AddSingleton<FindDueCases>();
        builder.Services.AddSingleton<FailedMessages>();
        builder.Services.AddHostedService<ExecuteErasures>();
        builder.Services.AddHostedService<WatchRetention>();
    }

    public static void MapErasures(this WebApplication app)
    {
        var erasures = app.MapGroup("/api/audit/erasures");
        erasures.MapGet("/", FindErasures.Many).RequireRole(ErasureDesk.Readers);
        erasures.MapPost("/", RequestErasureEndpoint.Handle).Accepts<ErasureInput>("application/json").RequireRole(ErasureDesk.Deciders);
        erasures.MapGet("/{erasure:guid}", FindErasures.One).RequireRole(ErasureDesk.Readers);
        erasures.MapPost("/{erasure:guid}/approval", DecideErasure.Approve).RequireRole(ErasureDesk.Deciders);
        erasures.MapPost("/{erasure:guid}/refusal", DecideErasure.Refuse).Accepts<RefusalInput>("application/json").RequireRole(ErasureDesk.Deciders);

        var holds = app.MapGroup("/api/audit/legal-holds");
        holds.MapGet("/", FindHolds.Many).RequireRole(ErasureDesk.Readers);
        holds.MapPost("/", SetHold.Handle).Accepts<HoldInput>("application/json").RequireRole(Roles.Administrator);
        holds.MapPost("/{hold:guid}/release", ReleaseHold.Handle).Accepts<ReleaseInput>("application/json").RequireRole(Roles.Administrator);

        app.MapGet("/api/audit/retention", FindDueCases.Handle).RequireRole(ErasureDesk.Readers);
    }
}
