using Governance.Contracts;

namespace Governance.Intake.UseCases;

public sealed record Submitted(string Number, UseCaseFacts Facts, string By, DateTimeOffset At);

public sealed record Revised(string Number, int Revision, UseCaseFacts Facts, string By, DateTimeOffset At);

/// <summary>News from another service about the current revision.</summary>
public sealed record StageReached(int Revision, Stage Stage, DateTimeOffset At);

public sealed record Withdrawn(int Revision, string? Reason, string By, DateTimeOffset At);
