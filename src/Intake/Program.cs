using Governance.Contracts;
using Governance.Intake;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using JasperFx.Events.Projections;
using Marten.Events.Projections;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults("intake");
builder.AddEventStore(Published.Translate, store => store.Projections.Snapshot<UseCase>(SnapshotLifecycle.Inline), SubmitUseCase.NumberSchema, FindUseCases.Schema);
builder.AddReadModels(ReadModel.Of<UseCase>(FindUseCases.Schema).With(new DerivedTable("use_case_list", "id"), new DerivedTable("use_case_words", "id")));
builder.AddErasure(new([SnapshotOf.Stream<UseCase>()]));
builder.AddMessaging(typeof(Program).Assembly);

var app = builder.Build();

app.MapDefaultEndpoints();

var useCases = app.MapGroup("/api/use-cases");
useCases.MapPost("/", SubmitUseCase.Handle).Accepts<UseCaseFacts>("application/json").RequireRole(Roles.PortfolioManager);
useCases.MapGet("/", FindUseCases.Many).RequireRole(Access.CaseReaders);
useCases.MapGet("/{id:guid}", FindUseCases.One).RequireRole(Access.CaseReaders);
useCases.MapPut("/{id:guid}", ReviseUseCase.Handle).Accepts<UseCaseFacts>("application/json").RequireRole(Roles.PortfolioManager);
useCases.MapPost("/{id:guid}/withdrawal", WithdrawUseCase.Handle).Accepts<Withdrawal>("application/json").RequireRole(Roles.PortfolioManager);

app.Run();
