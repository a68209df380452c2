using Governance.Contracts;
using Governance.ServiceDefaults;
using Npgsql;

namespace Governance.Intake.UseCases;

public sealed record SubmitUseCase(string Number, UseCaseFacts Facts, string By, DateTimeOffset At)
{
    /// <summary>Numbers people can say; the sequence may leave gaps, never twins.</summary>
    public const string NumberSchema = "create sequence if not exists use_case_number;";

    public IEnumerable<object> Decide(UseCase useCase) =>
        useCase.Exists ? throw new RuleViolationException("This use case exists already.") : [new Submitted(Number, Facts, By, At)];

    public static async Task<IResult> Handle(
        HttpContext http, Commands commands, NpgsqlDataSource database, TimeProvider clock)
    {
        var caller = Caller.From(http.User);
        var facts = await http.Request.Read<UseCaseFacts>();
        FactRules.Require(facts);
        RequireOwnUnit(caller, facts);

        var id = Guid.CreateVersion7();
        var now = clock.GetUtcNow();
        var number = $"UC-{now.Year}-{await NextNumber(database, http.RequestAborted):0000}";

        return await commands.Run<UseCase>(
            http,
            id,
            Roles.PortfolioManager,
            new SubmitUseCase(number, facts, caller.Subject, now).Decide,
            (_, _) => UseCaseView.Accepted(StatusCodes.Status201Created, id, number, revision: 1, Stage.Submitted));
    }

    public static void RequireOwnUnit(Caller caller, UseCaseFacts facts)
    {
        if (!caller.Owns(facts.BusinessUnit))
        {
            throw new NotAllowedException(
                $"businessUnit: you submit for {string.Join(", ", caller.BusinessUnits)}; another unit's manager submits for theirs.");
        }
    }

    private static async Task<long> NextNumber(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select nextval('use_case_number')");

        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
