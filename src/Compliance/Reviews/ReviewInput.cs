using System.Globalization;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Reviews;

/// <summary>
/// What a reviewer sends along. The queue is needed only by somebody with several, the person acted for only where several have
/// delegated, or where the own role would do as well.
/// </summary>
public sealed record ReviewInput(
    ReviewQueue? Queue = null, string? OnBehalfOf = null, string? Reason = null, IReadOnlyList<string>? Conditions = null,
    IReadOnlyList<ConditionInput>? Terms = null)
{
    public const int LongestText = 2_000;

    private const int LongestName = 200;
    private const int MostConditions = 50;

    public static async Task<ReviewInput> Read(HttpRequest request)
    {
        var input = await request.ReadOr(new ReviewInput());
        FieldError[] errors = [.. input.Check()];

        return errors is [] ? input : throw new InvalidRequestException(errors);
    }

    public string RequireReason() =>
        Reason ?? throw new InvalidRequestException("reason", "is required: say what the submitter should know.");

    /// <summary>All conditions, whether given as plain text or with owner, date and evidence.</summary>
    public IReadOnlyList<ConditionInput> AllConditions => [.. (Conditions ?? []).Select(text => new ConditionInput(text)), .. Terms ?? []];

    private IEnumerable<FieldError> Check()
    {
        if (AllConditions.Count > MostConditions)
        {
            return [new(Conditions is null ? "terms" : "conditions", $"has more than {MostConditions} items.")];
        }

        return
        [
            .. Texts().Where(x => string.IsNullOrWhiteSpace(x.Text) || x.Text.Length > x.Longest)
                .Select(x => new FieldError(x.Field, $"must be a text of 1 to {x.Longest} characters.")),
        ];
    }

    private IEnumerable<(string Field, string Text, int Longest)> Texts() =>
    [
        .. (Conditions ?? []).Select((text, i) => (string.Create(CultureInfo.InvariantCulture, $"conditions[{i}]"), text, LongestText)),
        .. (Terms ?? []).SelectMany((terms, i) => terms.Texts(string.Create(CultureInfo.InvariantCulture, $"terms[{i}]"), LongestText, LongestName)),
        ("reason", Reason ?? "-", LongestText),
        ("onBehalfOf", OnBehalfOf ?? "-", LongestName),
    ];
}

/// <summary>A condition with what is known of it: who sees to it (the subject of an account), until when, and what shows that it is met.</summary>
public sealed record ConditionInput(string Text, string? Owner = null, DateTimeOffset? DueAt = null, string? Evidence = null)
{
    internal IEnumerable<(string Field, string Text, int Longest)> Texts(string path, int longestText, int longestName) =>
    [
        ($"{path}.text", Text, longestText),
        ($"{path}.owner", Owner ?? "-", longestName),
        ($"{path}.evidence", Evidence ?? "-", longestText),
    ];
}
