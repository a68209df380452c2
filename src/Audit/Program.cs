using Governance.Audit;
using Governance.Audit.Erasures;
using Governance.Audit.Holds;
using Governance.Audit.Reads;
using Governance.Audit.Retention;
using Governance.Audit.Sealing;
using Governance.Audit.Trail;
using Governance.ServiceDefaults;
using JasperFx.Events.Projections;
using Marten.Events.Projections;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("audit");
builder.AddEventStore(Published.Translate, store =>
{
    store.Projections.Snapshot<CaseFile>(SnapshotLifecycle.Inline);
    store.Projections.LiveStreamAggregation<LedgerKeys>();
    ErasureSetup.Keep(store);
}, LedgerTables.Schema, ErasureTables.Schema, FindDueCases.Schema);
builder.AddReadModels(ReadModel.Of<CaseFile>(), ReadModel.Of<Erasure>(), ReadModel.Of<CaseErasure>(), ReadModel.Of<LegalHold>());
builder.AddLedger();
builder.AddErasures();
builder.Services.AddSingleton<FactRecorder>();
builder.Services.AddHostedService(services => services.GetRequiredService<FactRecorder>());
builder.AddMessaging(typeof(Program).Assembly, mostInFlight: 600);

var app = builder.Build();

app.MapDefaultEndpoints();

app.MapGet("/api/audit/platform", ReadTrail.OfPlatform).RequireRole(Roles.Auditor);
app.MapGet("/api/audit/reads", ReadTrail.OfReads).RequireRole(Roles.Auditor);
app.MapGet("/api/audit/use-cases/{id:guid}", ReadTrail.OfCase).RequireRole(Roles.Auditor);
app.MapLedger();
app.MapErasures();

app.Run();
