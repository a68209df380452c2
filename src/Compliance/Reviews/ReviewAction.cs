using System.Globalization;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <summary>A reviewer at work on one queue of a review. If-Match is optional here: a sign-off is bound to the facts' hash anyway.</summary>
public sealed record ReviewAction(ReviewQueue Queue, string By, string? IfMatch, DateTimeOffset At)
{
    private static readonly Dictionary<ReviewQueue, string> RoleOf = new()
    {
        [ReviewQueue.Risk] = Roles.RiskReviewer,
        [ReviewQueue.Legal] = Roles.LegalReviewer,
        [ReviewQueue.Privacy] = Roles.PrivacyReviewer,
        [ReviewQueue.Security] = Roles.SecurityReviewer,
    };

    public string Role => RoleOf[Queue];

    /// <param name="queue">Which queue to act in; needed only by somebody with several reviewer roles.</param>
    public static ReviewAction Of(HttpContext http, ReviewQueue? queue, DateTimeOffset at)
    {
        var caller = Caller.From(http.User);
        ReviewQueue[] own = [.. RoleOf.Where(r => caller.Is(r.Value)).Select(r => r.Key)];

        var chosen = (queue, own) switch
        {
            (null, [var only]) => only,
            (null, _) => throw new InvalidRequestException("queue", $"you review for several queues; name one of {Names(own)}."),
            ({ } named, _) when own.Contains(named) => named,
            _ => throw new NotAllowedException($"queue: you review for {Names(own)}."),
        };

        return new(chosen, caller.Subject, Precondition.Of(http.Request), at);
    }

    /// <summary>
    /// Nobody rules on a case they submitted or edited, nor twice in two roles, nor on what a colleague has claimed, nor in a
    /// queue the case does not need.
    /// </summary>
    public void RequireMayAct(Review review)
    {
        if (!review.Exists)
        {
            throw new NotFoundException("There is no such review.");
        }

        if (IfMatch is not null)
        {
            Precondition.Require(IfMatch, review.ETag);
        }

        if (review.Editors.Contains(By))
        {
            throw new NotAllowedException("You submitted or edited this case; somebody else must review it.");
        }

        if (review.State is not ReviewState.Open)
        {
            throw new RuleViolationException($"This review is {Choice.NameOf(review.State)}; there is nothing left to decide.");
        }

        if (!review.Needs(Queue))
        {
            throw new RuleViolationException($"This case needs no {Choice.NameOf(Queue)} sign-off.");
        }

        if (review.SignOffs.FirstOrDefault(s => s.Value.By == By && s.Key != Queue) is { Value: not null } other)
        {
            throw new NotAllowedException($"You signed this case off for {Choice.NameOf(other.Key)}; another person must do it for {Choice.NameOf(Queue)}.");
        }

        if (review.Claims.GetValueOrDefault(Queue) is { } holder && holder != By)
        {
            throw new RuleViolationException("A colleague has claimed this review.");
        }
    }

    private static string Names(IEnumerable<ReviewQueue> queues) => string.Join(", ", queues.Select(Choice.NameOf));
}

/// <summary>What a reviewer sends along; the queue is needed only by somebody with several reviewer roles.</summary>
public sealed record ReviewInput(ReviewQueue? Queue = null, string? Reason = null, IReadOnlyList<string>? Conditions = null)
{
    private const int LongestText = 2_000;
    private const int MostConditions = 50;

    public static async Task<ReviewInput> Read(HttpRequest request)
    {
        var input = await request.ReadOr(new ReviewInput());
        FieldError[] errors = [.. input.Check()];

        return errors is [] ? input : throw new InvalidRequestException(errors);
    }

    private IEnumerable<FieldError> Check()
    {
        var conditions = Conditions ?? [];

        if (conditions.Count > MostConditions)
        {
            return [new("conditions", $"has more than {MostConditions} items.")];
        }

        return conditions
            .Select((text, i) => (Field: string.Create(CultureInfo.InvariantCulture, $"conditions[{i}]"), Text: text))
            .Append((Field: "reason", Text: Reason ?? "-"))
            .Where(x => string.IsNullOrWhiteSpace(x.Text) || x.Text.Length > LongestText)
            .Select(x => new FieldError(x.Field, $"must be a text of 1 to {LongestText} characters."));
    }

    public string RequireReason() =>
        Reason ?? throw new InvalidRequestException("reason", "is required: say what the submitter should know.");
}
