using Governance.Costs;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using JasperFx.Events.Projections;
using Marten.Events.Projections;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("costs");
builder.AddEventStore(Published.Translate, store => store.Projections.Snapshot<ForecastFile>(SnapshotLifecycle.Inline));
builder.AddMessaging(typeof(Program).Assembly);
builder.Services.AddSingleton(VersionedData.FromResources<PriceBook>(typeof(Program).Assembly, "PriceBooks"));
builder.Services.AddSingleton(VersionedData.FromResources<CostPolicy>(typeof(Program).Assembly, "Forecasts/Policies"));

var app = builder.Build();

app.MapDefaultEndpoints();

app.MapGet("/api/use-cases/{id:guid}/forecast", ReadForecast.Handle).RequireRole(Access.CaseReaders);

app.Run();
