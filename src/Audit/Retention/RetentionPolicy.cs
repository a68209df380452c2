using Governance.ServiceDefaults;

namespace Governance.Audit.Retention;

/// <summary>How long the personal texts of closed cases are kept, by what closed them.</summary>
public sealed record RetentionPolicy(string Version, DateTimeOffset EffectiveFrom, IReadOnlyList<RetentionClass> Classes) : IVersionedData
{
    /// <summary>Six months, of any length: the least the EU AI Act keeps logs for (Art. 19(1) and 26(6)).</summary>
    public const int FewestDays = 183;

    public const int MostDays = 3_650;

    private static readonly string[] Closings = ["use-case-rejected", "use-case-withdrawn", "approval-expired"];

    /// <exception cref="InvalidDataException">A rule of retention is broken.</exception>
    public static VersionedData<RetentionPolicy> Shipped() => Checked(
        VersionedData.FromResources<RetentionPolicy>(typeof(RetentionPolicy).Assembly, "Retention/Policies"));

    public static VersionedData<RetentionPolicy> Checked(VersionedData<RetentionPolicy> policies)
    {
        foreach (var policy in policies.All.Select(policy => policy.Content))
        {
            var closings = policy.Classes.SelectMany(kept => kept.ClosedBy).ToList();

            if (policy.Classes.FirstOrDefault(kept => kept.KeepDays is < FewestDays or > MostDays) is { } outside)
            {
                throw new InvalidDataException($"Retention policy {policy.Version}: class {outside.Id} keeps for {outside.KeepDays} days; {FewestDays} to {MostDays} are allowed.");
            }

            if (closings.Except(Closings).FirstOrDefault() is { } unknown)
            {
                throw new InvalidDataException($"Retention policy {policy.Version}: {unknown} closes no case.");
            }

            if (closings.Distinct().Count() < closings.Count || policy.Classes.Select(kept => kept.Id).Distinct().Count() < policy.Classes.Count)
            {
                throw new InvalidDataException($"Retention policy {policy.Version} names a class or a closing fact twice.");
            }
        }

        return policies;
    }
}

public sealed record RetentionClass(string Id, IReadOnlyList<string> ClosedBy, int KeepDays, IReadOnlyList<string> Citations);

/// <summary>A closed case that still has personal texts: what closed it, and when.</summary>
public sealed record ClosedCase(Guid UseCaseId, string? Number, IReadOnlyList<string> BusinessUnits, string ClosedBy, DateTimeOffset ClosedAt);

/// <summary>A case whose personal texts have been kept long enough.</summary>
public sealed record DueCase(
    Guid UseCaseId, string? Number, string? BusinessUnit, string Class, DateTimeOffset ClosedAt, DateTimeOffset DueAt, IReadOnlyList<Guid> Holds, Guid? ErasureId);

internal static class RetentionRules
{
    /// <summary>When the texts of a case have been kept long enough; null where no class keeps it for a time.</summary>
    public static (string Class, DateTimeOffset At)? DueAt(ClosedCase closed, RetentionPolicy policy) =>
        policy.Classes.FirstOrDefault(kept => kept.ClosedBy.Contains(closed.ClosedBy)) is { } kept
            ? (kept.Id, closed.ClosedAt.AddDays(kept.KeepDays))
            : null;
}
