using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;

namespace Governance.Audit.Erasures;

/// <summary>Whose texts are to go, on which ground of the law, and why; the reason must not name the person.</summary>
public sealed record ErasureInput(
    ErasureSubject Subject, ErasureGround Ground, string Reason, Guid? UseCaseId = null, string? Account = null, string? Name = null);

/// <param name="Found">What would be erased, case by case.</param>
/// <param name="Held">The holds on any of these cases.</param>
/// <param name="AskedFor">An erasure of the same subject that is still to be decided on.</param>
public sealed record RequestErasure(
    ErasureInput Input, string By, int Approvals, IReadOnlyList<CaseScope> Found, IReadOnlyList<Guid> Held, Guid? AskedFor, DateTimeOffset At)
{
    /// <summary>
    /// Nobody asks for the erasure of what they wrote themselves, nothing under a hold is erased, and there must be something to erase: of
    /// an account services may keep more than the ledger knows of.
    /// </summary>
    public IEnumerable<object> Decide(Erasure erasure)
    {
        if (Input.Account == By)
        {
            throw new NotAllowedException("account: somebody else must ask for the erasure of what you wrote yourself.");
        }

        HeldCases.Require(Held);

        if (Found.Count == 0 && Input.Subject is not ErasureSubject.Account)
        {
            throw new RuleViolationException("There is no personal text of this kind left to erase.");
        }

        return AskedFor is { } open
            ? throw new RuleViolationException($"Erasure {open} of the same texts is still to be decided on.")
            : [new Requested(Input.Subject, Input.UseCaseId, Input.Account, Input.Ground, Input.Reason, By, Approvals, At)];
    }
}

/// <summary>Asks for an erasure or, with <c>dryRun</c>, shows what one would take.</summary>
internal static class RequestErasureEndpoint
{
    public const int LongestReason = 2_000, LongestName = 200, ShortestName = 3, LongestAccount = 200;

    public static async Task<IResult> Handle(HttpContext http, bool? dryRun, Caller caller, Commands commands, ErasureDesk desk)
    {
        var ct = http.RequestAborted;
        var input = Check(await http.Request.Read<ErasureInput>());
        var now = desk.Now;
        var found = await desk.Tables.Find(input.Subject, input.UseCaseId, input.Account, input.Name, now, ct);

        if (input.UseCaseId is { } useCase && (await desk.Tables.Describe([useCase], ct)).Count == 0)
        {
            throw new NotFoundException("The trail knows no such use case.");
        }

        if (dryRun is true)
        {
            return TypedResults.Ok(await desk.Preview(found, ct));
        }

        var id = Guid.CreateVersion7();
        var command = new RequestErasure(
            input, caller.Subject, Approvals: 1, found, [.. (await desk.Holds.On(found, ct)).Select(hold => hold.Id)], await desk.AskedFor(input, ct), now);

        if (input.Name is { } name)
        {
            await desk.Tables.Remember(id, name, ct);
        }

        return await commands.Run<Erasure>(
            http, id, ErasureDesk.RoleOf(caller), command.Decide,
            (erasure, events) => new(StatusCodes.Status201Created, ErasureView.Of(ErasureDesk.After(erasure with { Id = id }, events), caller), $"/api/audit/erasures/{id}"));
    }

    private static ErasureInput Check(ErasureInput input)
    {
        var errors = new List<FieldError>();
        Given("useCaseId", input.Subject is ErasureSubject.UseCase, input.UseCaseId is not null);
        Given("account", input.Subject is ErasureSubject.Account, input.Account is not null);
        Given("name", input.Subject is ErasureSubject.NamedPerson, input.Name is not null);

        if (string.IsNullOrWhiteSpace(input.Reason) || input.Reason.Length > LongestReason)
        {
            errors.Add(new("reason", $"must be a text of 1 to {LongestReason} characters."));
        }
        else if (input.Name is { Length: >= ShortestName } && input.Reason.Contains(input.Name.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            errors.Add(new("reason", "must not name the person: it is kept after the erasure."));
        }

        if (input.Account is { } account && (string.IsNullOrWhiteSpace(account) || account.Length > LongestAccount))
        {
            errors.Add(new("account", $"must be the subject of an account, of 1 to {LongestAccount} characters."));
        }

        if (input.Name is { } name && (name.Trim().Length < ShortestName || name.Length > LongestName))
        {
            errors.Add(new("name", $"must have {ShortestName} to {LongestName} characters: every text that holds it is erased."));
        }

        return errors.Count > 0 ? throw new InvalidRequestException(errors) : input with { Name = input.Name?.Trim() };

        void Given(string field, bool wanted, bool given)
        {
            if (wanted != given)
            {
                errors.Add(new(field, wanted ? "is missing; the subject asks for it." : "does not belong to this subject; leave it out."));
            }
        }
    }
}
