using System.Text.Json;

namespace Governance.Ledger;

/// <summary>What the fact of an erasure says, as far as a proof needs it: which values are gone, and who let them go.</summary>
public sealed record ErasureFact(
    string ErasureId, string UseCaseId, string RequestedBy, IReadOnlyList<string> ApprovedBy, IReadOnlyDictionary<string, IReadOnlyList<string>> Paths)
{
    public const string Contract = "governance.personal-data-erased.v1";

    /// <summary>The only service that erases from the ledger.</summary>
    public const string Service = "audit";

    /// <summary>Asked for by one person and approved by at least one other, nobody counting twice.</summary>
    public bool TookTwoPeople =>
        ApprovedBy.Count > 0 && ApprovedBy.Distinct(StringComparer.Ordinal).Count() == ApprovedBy.Count && !ApprovedBy.Contains(RequestedBy, StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">The data has another shape.</exception>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    public static ErasureFact Of(JsonElement data) => new(
        CanonicalJson.TextOf(data.GetProperty("erasureId")),
        CanonicalJson.TextOf(data.GetProperty("useCaseId")),
        CanonicalJson.TextOf(data.GetProperty("requestedBy")),
        [.. data.GetProperty("approvedBy").EnumerateArray().Select(CanonicalJson.TextOf)],
        data.GetProperty("facts").EnumerateArray()
            .GroupBy(fact => CanonicalJson.TextOf(fact.GetProperty("eventId")), StringComparer.Ordinal)
            .ToDictionary(
                fact => fact.Key,
                IReadOnlyList<string> (fact) => [.. fact.SelectMany(item => item.GetProperty("paths").EnumerateArray()).Select(CanonicalJson.TextOf)],
                StringComparer.Ordinal));
}

/// <summary>All erasures of a ledger or package: only what one of them names may be missing.</summary>
public sealed class ErasedValues
{
    private readonly Dictionary<(string EventId, string Path), List<ErasureFact>> erased = [];

    public void Add(ErasureFact fact)
    {
        foreach (var (eventId, paths) in fact.Paths)
        {
            foreach (var path in paths)
            {
                if (!erased.TryGetValue((eventId, path), out var facts))
                {
                    erased.Add((eventId, path), facts = []);
                }

                facts.Add(fact);
            }
        }
    }

    /// <summary>The erasure that names a value of a fact; one of another case does not count.</summary>
    /// <param name="useCaseId">The case the fact is about; empty for none.</param>
    public ErasureFact? Of(string eventId, string useCaseId, string path) => erased.TryGetValue((eventId, path), out var facts)
        ? facts.FirstOrDefault(fact => useCaseId.Length == 0 || fact.UseCaseId == useCaseId)
        : null;
}
