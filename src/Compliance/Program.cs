using Governance.Compliance;
using Governance.Compliance.Calendars;
using Governance.Compliance.Delegations;
using Governance.Compliance.Enforcement;
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
        store.Projections.Snapshot<Delegation>(SnapshotLifecycle.Inline);
        store.Projections.Snapshot<WebhookList>(SnapshotLifecycle.Inline);
        store.Projections.LiveStreamAggregation<AdoptedCalendars>();
        store.Projections.LiveStreamAggregation<ForgottenPerson>();
        store.Schema.For<Person>().Identity(person => person.Id);
        store.Schema.For<SavedViews>().Identity(views => views.Id);
    },
    QueueTable.Schema,
    PermissionTable.Schema,
    NotificationStore.Schema,
    Receipts.Schema);
builder.AddEditions("policy-pack", VersionedData.FromResources<PolicyPack>(typeof(PolicyPack).Assembly, "Packs"), PackCheck.Find);
builder.AddReadModels(
    ReadModel.Of<Review>(QueueTable.Schema, PermissionTable.Schema).With(
        new("review_task", "review_id"), new("review_deadline", "review_id"), new("permission", "use_case_id", "version")),
    ReadModel.Of<Delegation>(),
    ReadModel.Of<WebhookList>());
builder.AddErasure(new(
    [SnapshotOf.Stream<Review>(), SnapshotOf.Stream<Delegation>()],
    "select id from mt_doc_delegation where data ->> 'onlyUseCase' = $1::text"));
builder.AddMessaging(typeof(Program).Assembly);
builder.AddSecrets();
builder.Services.AddSingleton(ServiceCalendar.From(builder.Configuration));
builder.AddNeighbours();
builder.Services.AddSingleton<Seals>();
builder.Services.AddSingleton<KnownPeople>();
builder.Services.AddSingleton<Receipts>();
builder.Services.AddSingleton<AnswerDecision>();
builder.Services.AddSingleton<CountReviews>();
builder.Services.AddScoped<ReviewDesk>();
builder.Services.AddScoped<ApproveAlike>();
builder.Services.AddScoped<GiveDelegationEndpoints>();
builder.Services.AddHostedService<DeadlineWatch>();
builder.Services.AddHostedService<RecordCalendar>();
builder.AddNotifications();

var app = builder.Build();

app.MapDefaultEndpoints();
app.Use((http, next) => app.Services.GetRequiredService<KnownPeople>().Remember(http, next));
app.MapReviews();
app.MapDelegations();
app.MapEnforcement();
app.MapPacks();
app.MapNotifications();

app.Run();
