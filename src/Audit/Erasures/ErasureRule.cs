using Governance.Contracts;

namespace Governance.Audit.Erasures;

/// <summary>
/// Which personal texts of a case an erasure takes, also from facts that arrive after it. What was declared belongs to its revision,
/// however late a service repeats it; everything else to the moment it was recorded.
/// </summary>
/// <param name="Revision">The latest revision it is about.</param>
/// <param name="Before">The latest moment it is about.</param>
/// <param name="Everything">All texts of the case, not only the declared ones named.</param>
/// <param name="Declared">By revision, the declared texts; of the whole case where <paramref name="Everything"/>.</param>
public sealed record ErasureRule(int Revision, DateTimeOffset Before, bool Everything, IReadOnlyList<ErasedDeclaration> Declared)
{
    private const string FactsMember = "/facts", DeclaredComponents = "/task/components/", AssessedComponents = "/assessment/components/";

    private static readonly HashSet<string> Declarations =
        ["governance.use-case-submitted.v1", "governance.use-case-revised.v1", "governance.strategy-recommended.v1"];

    public bool Covers(PersonalValue value) => Declarations.Contains(value.Contract)
        ? value.Revision <= Revision && (Everything || Of(value.Revision ?? 0).Contains(Declaration(value.Path)))
        : Everything && value.RecordedAt <= Before;

    /// <summary>Whether a value repeats, or is, what was declared: then its place within the declared facts.</summary>
    public static string? DeclaredPath(PersonalValue value) => Declarations.Contains(value.Contract) ? Declaration(value.Path) : null;

    private IReadOnlyList<string> Of(int revision) => Declared.FirstOrDefault(declared => declared.Revision == revision)?.Paths ?? [];

    /// <summary>The names of components stand in the assessment again.</summary>
    private static string Declaration(string path) => path.StartsWith(FactsMember, StringComparison.Ordinal)
        ? path[FactsMember.Length..]
        : path.Replace(AssessedComponents, DeclaredComponents, StringComparison.Ordinal);
}

/// <summary>A personal value beside the ledger, with the fact it belongs to.</summary>
public sealed record PersonalValue(
    Guid EventId, long? Position, string Contract, Guid? UseCaseId, int? Revision, string Actor, DateTimeOffset RecordedAt, string Path, string Value);
