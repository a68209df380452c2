using Governance.DataReadiness;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using JasperFx.Events.Projections;
using Marten.Events.Projections;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("data-readiness");
builder.AddEventStore(Published.Translate, store => store.Projections.Snapshot<ReadinessFile>(SnapshotLifecycle.Inline));
builder.AddReadModels(ReadModel.Of<ReadinessFile>());
builder.AddErasure(new([SnapshotOf.Stream<ReadinessFile>()]));
builder.AddMessaging(typeof(Program).Assembly);
builder.Services.AddSingleton(VersionedData.FromResources<ReadinessPolicy>(typeof(ReadinessPolicy).Assembly, "Checks/Policies"));

var app = builder.Build();

app.MapDefaultEndpoints();

app.MapGet("/api/use-cases/{id:guid}/readiness", ReadReadiness.Handle).RequireRole(Access.CaseReaders);
app.MapPost("/api/readiness/what-if", WhatIf.Handle).Accepts<WhatIf>("application/json").RequireRole(Access.Askers);

app.Run();
