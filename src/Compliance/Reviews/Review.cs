using System.Collections.Immutable;
using Governance.Contracts;

namespace Governance.Compliance.Reviews;

/// <summary>The review of a use case, through all its revisions: who must sign off, who has, and on which facts.</summary>
public sealed record Review
{
    public Guid Id { get; init; }

    public string Number { get; init; } = "";

    public int Revision { get; init; }

    public ReviewState State { get; init; }

    /// <summary>Null while a withdrawal that overtook the recommendation is all that is known.</summary>
    public UseCaseFacts? Facts { get; init; }

    public string FactsHash { get; init; } = "";

    public RiskTier Tier { get; init; }

    public ImmutableArray<string> Obligations { get; init; } = [];

    public ImmutableArray<RequiredSignOff> Required { get; init; } = [];

    public ImmutableArray<string> Editors { get; init; } = [];

    public StrategyKind Recommendation { get; init; }

    public int ApprovalValidDays { get; init; }

    public ImmutableDictionary<ReviewQueue, string> Claims { get; init; } = ImmutableDictionary<ReviewQueue, string>.Empty;

    public ImmutableDictionary<ReviewQueue, SignedOff> SignOffs { get; init; } = ImmutableDictionary<ReviewQueue, SignedOff>.Empty;

    public DateTimeOffset OpenedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>How many events the review has seen; a claim that changed hands is another state.</summary>
    public int Steps { get; init; }

    public bool Exists => Number.Length > 0;

    public string ETag => $"\"r{Revision}-{Steps}\"";

    public bool Needs(ReviewQueue queue) => Required.Any(r => r.Queue == queue);

    /// <summary>
    /// Sign-offs stay with a new revision that changes no material fact, and are void otherwise; so is the sign-off of somebody who
    /// has become an editor.
    /// </summary>
    public Review Apply(Opened e) => this with
    {
        Steps = Steps + 1,
        Number = e.Number,
        Revision = e.Revision,
        State = ReviewState.Open,
        Facts = e.Facts,
        FactsHash = e.FactsHash,
        Tier = e.Tier,
        Obligations = [.. e.Obligations],
        Required = [.. e.Required],
        Editors = [.. e.Editors],
        Recommendation = e.Assessment.Recommendation,
        ApprovalValidDays = e.ApprovalValidDays,
        Claims = ImmutableDictionary<ReviewQueue, string>.Empty,
        SignOffs = e.FactsHash == FactsHash
            ? SignOffs.RemoveRange(SignOffs.Values
                .Where(given => e.Required.All(r => r.Queue != given.Queue) || e.Editors.Contains(given.By)).Select(given => given.Queue))
            : ImmutableDictionary<ReviewQueue, SignedOff>.Empty,
        OpenedAt = e.At,
        Reason = null,
    };

    public Review Apply(Claimed e) => this with { Steps = Steps + 1, Claims = Claims.SetItem(e.Queue, e.By) };

    public Review Apply(Released e) => this with { Steps = Steps + 1, Claims = Claims.Remove(e.Queue) };

    public Review Apply(SignedOff e) => this with { Steps = Steps + 1, Claims = Claims.Remove(e.Queue), SignOffs = SignOffs.SetItem(e.Queue, e) };

    public Review Apply(ChangesAsked e) => this with { Steps = Steps + 1, State = ReviewState.ChangesRequested, Reason = e.Reason };

    public Review Apply(Approved _) => this with { Steps = Steps + 1, State = ReviewState.Approved };

    public Review Apply(Rejected e) => this with { Steps = Steps + 1, State = ReviewState.Rejected, Reason = e.Reason };

    public Review Apply(Closed e) => this with { Steps = Steps + 1, Revision = Math.Max(Revision, e.Revision), State = ReviewState.Withdrawn };
}

public enum ReviewState { Open, ChangesRequested, Approved, Rejected, Withdrawn }
