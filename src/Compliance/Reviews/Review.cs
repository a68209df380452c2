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

    public bool Exists => Number.Length > 0;

    public string ETag => $"\"r{Revision}-{Claims.Count}-{SignOffs.Count}-{(int)State}\"";

    public bool Needs(ReviewQueue queue) => Required.Any(r => r.Queue == queue);

    /// <summary>Sign-offs stay with a new revision that changes no material fact, and are void otherwise.</summary>
    public Review Apply(Opened e) => this with
    {
        Number = e.Number,
        Revision = e.Revision,
        State = ReviewState.Open,
        Facts = e.Facts,
        FactsHash = e.FactsHash,
        Tier = e.Tier,
        Obligations = [.. e.Obligations],
        Required = [.. e.Required],
        Editors = [.. e.Editors],
        Recommendation = e.Recommendation,
        ApprovalValidDays = e.ApprovalValidDays,
        Claims = ImmutableDictionary<ReviewQueue, string>.Empty,
        SignOffs = e.FactsHash == FactsHash
            ? SignOffs.RemoveRange(SignOffs.Keys.Where(queue => e.Required.All(r => r.Queue != queue)))
            : ImmutableDictionary<ReviewQueue, SignedOff>.Empty,
        OpenedAt = e.At,
        Reason = null,
    };

    public Review Apply(Claimed e) => this with { Claims = Claims.SetItem(e.Queue, e.By) };

    public Review Apply(Released e) => this with { Claims = Claims.Remove(e.Queue) };

    public Review Apply(SignedOff e) => this with { Claims = Claims.Remove(e.Queue), SignOffs = SignOffs.SetItem(e.Queue, e) };

    public Review Apply(ChangesAsked e) => this with { State = ReviewState.ChangesRequested, Reason = e.Reason };

    public Review Apply(Approved _) => this with { State = ReviewState.Approved };

    public Review Apply(Rejected e) => this with { State = ReviewState.Rejected, Reason = e.Reason };

    public Review Apply(Closed e) => this with { Revision = Math.Max(Revision, e.Revision), State = ReviewState.Withdrawn };
}

public enum ReviewState { Open, ChangesRequested, Approved, Rejected, Withdrawn }
