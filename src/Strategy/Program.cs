using Governance.ServiceDefaults;
using Governance.Strategy;
using Governance.Strategy.Assessments;
using Governance.Strategy.Policies;
using JasperFx.Events.Projections;
using Marten.Events.Projections;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("strategy");
builder.AddEventStore(Published.Translate, store => store.Projections.Snapshot<AssessmentFile>(SnapshotLifecycle.Inline));
builder.AddMessaging(typeof(Program).Assembly);
builder.Services.AddSingleton(VersionedData.FromResources<StrategyPolicy>(typeof(Program).Assembly, "Policies"));

var app = builder.Build();

app.MapDefaultEndpoints();

app.MapGet("/api/use-cases/{id:guid}/assessment", ReadAssessment.Handle).RequireRole(Access.CaseReaders);

app.Run();
