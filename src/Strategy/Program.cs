using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using Governance.Strategy;
using Governance.Strategy.Assessments;
using Governance.Strategy.Policies;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("strategy");
builder.AddEventStore(
    services => e => Published.Translate(e, services.GetRequiredService<Editions<StrategyPolicy>>().Latest),
    store => store.Projections.LiveStreamAggregation<AssessmentFile>(),
    RecordedCase.Schema);
builder.AddEditions("strategy-policy", VersionedData.FromResources<StrategyPolicy>(typeof(StrategyPolicy).Assembly, "Policies"), PolicyCheck.Find);
builder.Services.AddSingleton(VersionedData.FromResources<CostPolicy>(typeof(CostPolicy).Assembly, "Forecasts/Policies"));
builder.AddNeighbours();
builder.AddErasure(new([]));
builder.AddMessaging(typeof(Program).Assembly);

var app = builder.Build();

app.MapDefaultEndpoints();

app.MapGet("/api/use-cases/{id:guid}/assessment", ReadAssessment.Handle).RequireRole(Access.CaseReaders);
app.MapPost("/api/assessments/what-if", WhatIf.Handle).Accepts<WhatIf>("application/json").RequireRole(Access.Askers);
app.MapEditions<StrategyPolicy>("/api/policies");
app.MapPost("/api/policies/{version}/simulation", SimulatePolicy.Handle).RequireRole(Roles.Administrator);

app.Run();
