using Governance.Costs;
using Governance.Costs.Forecasts;
using Governance.Costs.Portfolio;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using JasperFx.Events.Projections;
using Marten.Events.Projections;

var builder = WebApplication.CreateBuilder(args);
var policies = VersionedData.FromResources<CostPolicy>(typeof(CostPolicy).Assembly, "Forecasts/Policies");

builder.AddServiceDefaults("costs");
builder.AddEventStore(Published.Translate, store => store.Projections.Snapshot<ForecastFile>(SnapshotLifecycle.Inline), KeepPortfolioConsumer.Schema);
builder.AddEditions(
    "price-book",
    VersionedData.FromResources<PriceBook>(typeof(PriceBook).Assembly, "PriceBooks"),
    book => [.. PriceBookRules.Check(book), .. PolicyFit.Check(book, policies.All.Select(p => p.Content))]);
builder.AddReadModels(ReadModel.Of<ForecastFile>());
builder.AddErasure(new([SnapshotOf.Stream<ForecastFile>()]));
builder.AddMessaging(typeof(Program).Assembly);
builder.Services.AddSingleton(policies);
builder.Services.AddSingleton<PortfolioCases>();
builder.Services.AddSingleton<ReadPortfolio>();

var app = builder.Build();

app.MapDefaultEndpoints();

app.MapGet("/api/use-cases/{id:guid}/forecast", ReadForecast.Handle).RequireRole(Access.CaseReaders);
app.MapPost("/api/forecasts/what-if", WhatIf.Handle).Accepts<WhatIf>("application/json").RequireRole(Access.Askers);
app.MapGet("/api/dashboard/portfolio", ReadPortfolio.Handle).RequireRole(Roles.Executive, Roles.Auditor);
app.MapEditions<PriceBook>("/api/price-books");
app.MapPost("/api/price-books/import", ImportPrices.Handle).Produces<ImportReport>().RequireRole(Roles.Administrator).WithMetadata(ImportPrices.SizeLimit);
app.MapPost("/api/price-books/{version}/simulation", SimulatePrices.Handle)
    .Produces<SimulatedForecast>(contentType: SimulatePrices.ContentType)
    .RequireRole(Roles.Administrator, Roles.Auditor);

app.Run();
