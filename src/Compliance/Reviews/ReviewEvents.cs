using Governance.Contracts;

namespace Governance.Compliance.Reviews;

public sealed record Opened(
    int Revision,
    string Number,
    UseCaseFacts Facts,
    string FactsHash,
    RiskTier Tier,
    IReadOnlyList<string> Obligations,
    IReadOnlyList<RequiredSignOff> Required,
    IReadOnlyList<string> Editors,
    RecommendedStrategy Assessment,
    int ApprovalValidDays,
    DecisionBasis Basis,
    DateTimeOffset At);

public sealed record Claimed(ReviewQueue Queue, string By, DateTimeOffset At);

public sealed record Released(ReviewQueue Queue, string By, DateTimeOffset At);

/// <summary>One queue's consent to the facts with this hash.</summary>
public sealed record SignedOff(
    int Revision, ReviewQueue Queue, string By, IReadOnlyList<string> Conditions, string FactsHash, DateTimeOffset At);

public sealed record ChangesAsked(int Revision, ReviewQueue Queue, string By, string Reason, DateTimeOffset At);

public sealed record Approved(
    int Revision,
    StrategyKind Strategy,
    string? Model,
    IReadOnlyList<string> Conditions,
    string FactsHash,
    DateTimeOffset ValidUntil);

/// <summary>Rejected by a reviewer, or by policy before any queue: then nobody is named.</summary>
public sealed record Rejected(int Revision, ReviewQueue? Queue, string? By, string Reason, DateTimeOffset At);

public sealed record Closed(int Revision, DateTimeOffset At);
