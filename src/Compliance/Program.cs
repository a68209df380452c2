using Governance.Compliance;
using Governance.Compliance.Calendars;
using Governance.Compliance.Notifications;
using Governance.Compliance.Packs;
using Governance.Compliance.People;
using Governance.Compliance.Reviews;
using Governance.ServiceDefaults;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Projections;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("compliance");
builder.AddEventStore(
    Published.Translate,
    store =>
    {
        store.Projections.Snapshot<Review>(SnapshotLifecycle.Inline);
        store.Schema.For<Person>().Identity(person => person.Id);
    },
    NotificationStore.Schema);
builder.AddEditions("policy-pack", VersionedData.FromResources<PolicyPack>(typeof(Program).Assembly, "Packs"), PackCheck.Find);
builder.AddMessaging(typeof(Program).Assembly);
builder.Services.AddSingleton(ServiceCalendar.From(builder.Configuration));

builder.Services.AddSingleton<KnownPeople>();
builder.AddNotifications();

var app = builder.Build();

app.MapDefaultEndpoints();

var reviews = app.MapGroup("/api/reviews");
reviews.MapGet("/", FindReviews.Many).RequireRole(Access.CaseReaders);
reviews.MapGet("/{id:guid}", FindReviews.One).RequireRole(Access.CaseReaders);

var actions = reviews.MapGroup("/{id:guid}").RequireRole(Access.Reviewers);
actions.MapPost("/claim", ClaimReview.Handle).Accepts<ReviewInput>("application/json");
actions.MapPost("/release", ReleaseReview.Handle).Accepts<ReviewInput>("application/json");
actions.MapPost("/approve", ApproveReview.Handle).Accepts<ReviewInput>("application/json");
actions.MapPost("/reject", RejectReview.Handle).Accepts<ReviewInput>("application/json");
actions.MapPost("/request-changes", RequestChanges.Handle).Accepts<ReviewInput>("application/json");

app.MapEditions<PolicyPack>("/api/policy-packs");
app.MapPost("/api/policy-packs/{version}/simulation", SimulatePack.Handle).RequireRole(Roles.Administrator, Roles.Auditor);

app.MapNotifications();

app.Run();
