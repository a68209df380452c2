using Governance.Audit.Evidence;
using Governance.Audit.Reads;
using Governance.Audit.Replay;
using Governance.Audit.ReRuns;
using Governance.ServiceDefaults;

namespace Governance.Audit.Sealing;

/// <summary>The ledger within the service: what runs in the background, and its doors.</summary>
internal static class LedgerSetup
{
    public static void AddLedger(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => LedgerSettings.From(builder.Configuration));
        builder.Services.AddSingleton<LedgerTree>();
        builder.Services.AddSingleton<LedgerState>();
        builder.Services.AddSingleton<LedgerCheck>();
        builder.Services.AddHttpClient(Origins.Client, http => http.Timeout = TimeSpan.FromSeconds(20));
        builder.Services.AddSingleton<Origins>();
        builder.Services.AddSingleton<Completeness>();
        builder.Services.AddSingleton<Witnesses>();
        builder.Services.AddSingleton<Anchors>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Anchors>());
        builder.Services.AddHostedService<Sealer>();
        builder.Services.AddSingleton<CaseReads>();
        builder.Services.AddSingleton<PolicyArchive>();
        builder.Services.AddSingleton<EvidenceWriter>();
        builder.Services.AddSingleton<SelfVerification>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SelfVerification>());
        builder.Services.AddHealthChecks().AddCheck<LedgerHealth>("ledger", tags: ["ready"]);
    }

    public static void MapLedger(this WebApplication app)
    {
        app.MapGet("/internal/seals/{eventId:guid}", ReadSeal.Handle).AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
        app.MapGet("/api/audit/checkpoint", ReadProofs.Checkpoint).RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/proofs/inclusion", ReadProofs.Inclusion).RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/proofs/consistency", ReadProofs.Consistency).RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/use-cases/{id:guid}/replay", ReplayCase.Handle).RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/use-cases/{id:guid}/evidence", ReadEvidence.OfCase).RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/evidence", ReadEvidence.OfPeriod).RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/export", ExportFacts.Handle).RequireRole(Roles.Auditor);
        app.MapPost("/api/audit/re-run", MakeDecisionsAgain.Handle).Accepts<ReRunDecisions>("application/json").RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/completeness", Completeness.Handle).RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/read-models", CompareReadModels.Handle).Produces<ReadModelReport>(contentType: CompareReadModels.ContentType).RequireRole(Roles.Auditor);
        app.MapGet("/api/audit/ledger", ReadLedger.Handle).RequireRole(Roles.Auditor);
        app.MapPost("/api/audit/ledger/keys", RotateKey.Handle).RequireRole(Roles.Administrator);
        app.MapPost("/api/audit/ledger/verification", ReadLedger.Verify).RequireRole(Roles.Auditor);
    }
}
