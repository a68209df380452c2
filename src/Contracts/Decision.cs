namespace Governance.Contracts;

/// <summary>
/// What an automated decision rests on. The same input under the same policy and engine gives the same result hash on any
/// machine. Hashes are lower-case hexadecimal SHA-256 over canonical JSON.
/// </summary>
public sealed record DecisionBasis(
    string PolicyVersion,
    string PolicyHash,
    string EngineVersion,
    string InputHash,
    string ResultHash);

/// <summary>How a use case can be built.</summary>
public enum StrategyKind { PromptEngineering, FineTuning, Hybrid }

/// <summary>How a model is tuned, if at all.</summary>
public enum Tuning { None, ParameterEfficient, Full }
