using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Intake.UseCases;

public sealed record ReviseUseCase(UseCaseFacts Facts, string? IfMatch, Caller By, DateTimeOffset At)
{
    /// <summary>New facts start the path again; the same facts change nothing; a closed case is submitted anew instead.</summary>
    public IEnumerable<object> Decide(UseCase useCase)
    {
        UseCaseView.RequireOwned(useCase, By);
        Precondition.Require(IfMatch, useCase.ETag);

        if (useCase.IsClosed)
        {
            throw new RuleViolationException("This use case is closed; submit a new one.");
        }

        return Canonical.Hash(Facts) == Canonical.Hash(useCase.Facts)
            ? []
            : [new Revised(useCase.Number, useCase.Revision + 1, Facts, By.Subject, At)];
    }

    public static async Task<IResult> Handle(Guid id, HttpContext http, Commands commands, TimeProvider clock)
    {
        var caller = Caller.From(http.User);
        var facts = await http.Request.Read<UseCaseFacts>();
        FactRules.Require(facts);
        SubmitUseCase.RequireOwnUnit(caller, facts);

        var command = new ReviseUseCase(facts, Precondition.Of(http.Request), caller, clock.GetUtcNow());

        return await commands.Run<UseCase>(
            http,
            id,
            Roles.PortfolioManager,
            command.Decide,
            (useCase, decided) => decided.Any()
                ? UseCaseView.Accepted(StatusCodes.Status200OK, id, useCase.Number, useCase.Revision + 1, Stage.Submitted)
                : UseCaseView.Accepted(StatusCodes.Status200OK, id, useCase.Number, useCase.Revision, useCase.Stage));
    }
}
