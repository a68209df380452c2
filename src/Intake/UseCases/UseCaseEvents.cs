using Governance.Contracts;

namespace Governance.Intake.UseCases;

public sealed record Submitted(string Number, UseCaseFacts Facts, string By, DateTimeOffset At);

public sealed record Revised(string Number, int Revision, UseCaseFacts Facts, string By, DateTimeOffset At);

/// <summary>News from another service about the current revision; the version is that of the review the news comes from, if it does.</summary>
public sealed record StageReached(int Revision, Stage Stage, DateTimeOffset At, long? ReviewVersion = null);

public sealed record Withdrawn(int Revision, [property: Personal] string? Reason, string By, DateTimeOffset At);
