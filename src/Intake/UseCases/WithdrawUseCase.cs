using Governance.ServiceDefaults;

namespace Governance.Intake.UseCases;

public sealed record Withdrawal(string? Reason = null);

public sealed record WithdrawUseCase(string? Reason, string? IfMatch, Caller By, DateTimeOffset At)
{
    public const int LongestReason = 2_000;

    /// <summary>Withdrawing twice is harmless; what was rejected or has expired cannot be withdrawn any more.</summary>
    public IEnumerable<object> Decide(UseCase useCase)
    {
        UseCaseView.RequireOwned(useCase, By);

        if (useCase.Stage is Stage.Withdrawn)
        {
            return [];
        }

        Precondition.Require(IfMatch, useCase.ETag);

        return useCase.IsClosed
            ? throw new RuleViolationException("This use case is closed; there is nothing to withdraw.")
            : [new Withdrawn(useCase.Revision, Reason, By.Subject, At)];
    }

    public static async Task<IResult> Handle(Guid id, HttpContext http, Commands commands, TimeProvider clock)
    {
        var body = await http.Request.ReadOr(new Withdrawal());

        if (body.Reason is { } reason && (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason))
        {
            throw new InvalidRequestException("reason", $"must be a text of 1 to {LongestReason} characters.");
        }

        var command = new WithdrawUseCase(body.Reason, Precondition.Of(http.Request), Caller.From(http.User), clock.GetUtcNow());

        return await commands.Run<UseCase>(
            http,
            id,
            Roles.PortfolioManager,
            command.Decide,
            (useCase, _) => UseCaseView.Accepted(StatusCodes.Status200OK, id, useCase.Number, useCase.Revision, Stage.Withdrawn));
    }
}
