using Governance.ServiceDefaults;
using Governance.Strategy;
using Governance.Strategy.Assessments;
using Governance.Strategy.Policies;

var policies = VersionedData.FromResources<StrategyPolicy>(typeof(Program).Assembly, "Policies");
var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("strategy");
builder.AddEventStore(new Published(policies).Translate, store => store.Projections.LiveStreamAggregation<AssessmentFile>());
builder.AddMessaging(typeof(Program).Assembly);
builder.Services.AddSingleton(policies);

var app = builder.Build();

app.MapDefaultEndpoints();

app.MapGet("/api/use-cases/{id:guid}/assessment", ReadAssessment.Handle).RequireRole(Access.CaseReaders);

app.Run();
