using System.Text.Json.Serialization;
using Governance.Contracts;

namespace Governance.Compliance.Reviews;

/// <summary>A review as reviewers, owners and auditors see it; <c>changes</c> and <c>facts</c> are left out of lists.</summary>
/// <param name="Seal">Of the ruling this is the answer to.</param>
public sealed record ReviewView(
    Guid Id,
    Guid UseCaseId,
    string Number,
    string Title,
    string BusinessUnit,
    int Revision,
    ReviewState State,
    RiskTier Tier,
    ReviewPriority Priority,
    StrategyKind Recommendation,
    IReadOnlyList<string> Obligations,
    IReadOnlyList<SignOffView> SignOffs,
    IReadOnlyList<TrackedCondition> Conditions,
    ApprovalView? Approval,
    bool Renewal,
    DateTimeOffset? DueAt,
    DateTimeOffset OpenedAt,
    string? Reason,
    string FactsHash,
    string PackVersion,
    FactChanges? Changes,
    IReadOnlyList<Voided> Voided,
    UseCaseFacts? Facts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Seal? Seal = null)
{
    /// <summary>One of a list, without the facts.</summary>
    public static ReviewView Brief(Review review, string title, string businessUnit, DateTimeOffset at) =>
        Of(review, title, businessUnit, at) with { Changes = null, Facts = null };

    public static ReviewView Of(Review review, DateTimeOffset at) => Of(review, review.Facts!.Title, review.Facts.BusinessUnit, at);

    private static ReviewView Of(Review review, string title, string businessUnit, DateTimeOffset at) => new(
        review.Id,
        review.Id,
        review.Number,
        title,
        businessUnit,
        review.Revision,
        review.State,
        review.Tier,
        review.Priority,
        review.Assessment!.Recommendation,
        review.Obligations,
        [.. review.Tasks.SelectMany(task => SignOffView.Of(task, review, at))],
        review.Conditions,
        ApprovalView.Of(review),
        review.Renewing,
        review.Tasks.Where(task => !review.IsFulfilled(task)).Select(task => (DateTimeOffset?)task.Required.DueAt).Min(),
        review.OpenedAt,
        review.Reason,
        review.FactsHash,
        review.PackVersion,
        review.Changes,
        review.Voided,
        review.Facts);
}

/// <summary>What is approved, and whether it may be used right now.</summary>
public sealed record ApprovalView(
    int Revision, StrategyKind Strategy, string? Model, DateTimeOffset ValidUntil, DateTimeOffset ReviewAgainAt, IReadOnlyList<string> SuspendedFor)
{
    public static ApprovalView? Of(Review review) => review.Approval is { } approval
        ? new(
            approval.Revision, approval.Terms.Strategy, approval.Terms.Model, approval.ValidUntil, approval.ReviewAgainAt, approval.SuspendedFor)
        : null;
}

/// <summary>
/// A required sign-off with who has claimed or given it; a requirement of several people has an entry for each. It can be worked on
/// when <paramref name="Waiting"/>; before that it waits for an earlier stage.
/// </summary>
public sealed record SignOffView(
    string RequirementId,
    ReviewQueue Queue,
    IReadOnlyList<ReviewQueue> AnyOf,
    int Stage,
    string Why,
    DateTimeOffset DueAt,
    bool Waiting,
    bool Escalated,
    string? ClaimedBy,
    DateTimeOffset? ClaimedUntil,
    string? SignedOffBy,
    string? OnBehalfOf,
    DateTimeOffset? SignedOffAt,
    IReadOnlyList<string> Conditions)
{
    public static IEnumerable<SignOffView> Of(ReviewTask task, Review review, DateTimeOffset at)
    {
        var given = review.SignOffs.Where(signOff => signOff.RequirementId == task.Id).ToList();
        var claims = task.Held(at).ToList();
        var required = task.Required;

        return Enumerable.Range(0, Math.Max(required.Quorum, given.Count)).Select(i =>
        {
            var signOff = given.ElementAtOrDefault(i);
            var claim = signOff is null ? claims.ElementAtOrDefault(i - given.Count) : null;

            return new SignOffView(
                task.Id, signOff?.Queue ?? required.AnyOf[0], task.Called, required.Stage, required.Reason, required.DueAt,
                signOff is null && review.Waiting.Contains(task), task.IsEscalated, claim?.By, claim?.Until,
                signOff?.By, signOff?.OnBehalfOf, signOff?.At, [.. (signOff?.Conditions ?? []).Select(condition => condition.Text)]);
        });
    }
}
