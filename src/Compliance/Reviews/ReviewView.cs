using Governance.Contracts;

namespace Governance.Compliance.Reviews;

/// <summary>A review as reviewers, owners and auditors see it.</summary>
public sealed record ReviewView(
    Guid Id,
    Guid UseCaseId,
    string Number,
    int Revision,
    ReviewState State,
    RiskTier Tier,
    StrategyKind Recommendation,
    IReadOnlyList<string> Obligations,
    IReadOnlyList<SignOffView> SignOffs,
    DateTimeOffset? DueAt,
    DateTimeOffset OpenedAt,
    string? Reason,
    string FactsHash,
    UseCaseFacts Facts)
{
    public static ReviewView Of(Review review) => new(
        review.Id,
        review.Id,
        review.Number,
        review.Revision,
        review.State,
        review.Tier,
        review.Recommendation,
        review.Obligations,
        [.. review.Required.Select(required => SignOffView.Of(required, review))],
        review.Required.Where(r => !review.SignOffs.ContainsKey(r.Queue)).Select(r => (DateTimeOffset?)r.DueAt).Min(),
        review.OpenedAt,
        review.Reason,
        review.FactsHash,
        review.Facts!);
}

/// <summary>A required sign-off, with who has claimed or given it.</summary>
public sealed record SignOffView(
    ReviewQueue Queue,
    string Why,
    DateTimeOffset DueAt,
    string? ClaimedBy,
    string? SignedOffBy,
    DateTimeOffset? SignedOffAt,
    IReadOnlyList<string> Conditions)
{
    public static SignOffView Of(RequiredSignOff required, Review review)
    {
        var given = review.SignOffs.GetValueOrDefault(required.Queue);

        return new(
            required.Queue,
            required.Reason,
            required.DueAt,
            review.Claims.GetValueOrDefault(required.Queue),
            given?.By,
            given?.At,
            given?.Conditions ?? []);
    }
}
