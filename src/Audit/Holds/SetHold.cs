using Governance.Audit.Erasures;
using Governance.ServiceDefaults;

namespace Governance.Audit.Holds;

/// <summary>Of a case or of a business unit.</summary>
internal sealed record HoldInput(string Reason, Guid? UseCaseId = null, string? BusinessUnit = null);

public sealed record SetHold(Guid? UseCaseId, string? BusinessUnit, string Reason, string By, DateTimeOffset At)
{
    public IEnumerable<object> Decide(LegalHold hold) =>
        hold.Exists ? throw new RuleViolationException("This hold exists already.") : [new HoldSet(UseCaseId, BusinessUnit, Reason, By, At)];

    internal static async Task<IResult> Handle(HttpContext http, Caller caller, Commands commands, ErasureTables tables, TimeProvider clock)
    {
        var input = await http.Request.Read<HoldInput>();
        ErasureDesk.RequireReason(input.Reason);

        if (input.UseCaseId is null == input.BusinessUnit is null)
        {
            throw new InvalidRequestException("useCaseId", "name either a use case or a businessUnit.");
        }

        if (input.BusinessUnit is { } unit && (string.IsNullOrWhiteSpace(unit) || unit.Length > 100))
        {
            throw new InvalidRequestException("businessUnit", "must be a text of 1 to 100 characters.");
        }

        if (input.UseCaseId is { } useCase && (await tables.Describe([useCase], http.RequestAborted)).Count == 0)
        {
            throw new NotFoundException("The trail knows no such use case.");
        }

        var id = Guid.CreateVersion7();
        var command = new SetHold(input.UseCaseId, input.BusinessUnit, input.Reason, caller.Subject, clock.GetUtcNow());

        return await commands.Run<LegalHold>(
            http, id, Roles.Administrator, command.Decide,
            (hold, events) => new(
                StatusCodes.Status201Created, HoldView.Of(events.Aggregate(hold with { Id = id }, (state, e) => state.After(e)), caller), $"/api/audit/legal-holds/{id}"));
    }
}
