using System.Collections.Frozen;
using Governance.Contracts;
using Governance.Costs.Forecasts;

namespace Governance.Costs.PriceBooks;

/// <summary>Knows forecasts that another price book leaves as they are, without making them again.</summary>
public sealed class PriceDifference
{
    private readonly FrozenSet<string> changed;
    private readonly FrozenSet<string> dated;

    public PriceDifference(PriceBook before, PriceBook after)
    {
        var ids = before.Models.Concat(after.Models).Select(m => m.Id).Distinct(StringComparer.Ordinal).ToList();
        changed = ids.Where(id => !IsSame(before.Find(id), after.Find(id))).ToFrozenSet(StringComparer.Ordinal);
        dated = ids.Where(id => after.Find(id)?.Changes is not null).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// Whether any model the forecast may be priced by has another price. Where the facts name no day to go live, the first month is that
    /// of the price book, and so is the month in which an announced price begins.
    /// </summary>
    public bool Concerns(UseCaseFacts facts, CostPolicy policy) =>
        Forecasts.ModelChoice.Candidates(facts, policy.DefaultModels).Any(id => changed.Contains(id) || (facts.TargetGoLive is null && dated.Contains(id)));

    /// <summary>Who published a price changes no forecast.</summary>
    private static bool IsSame(ModelPrice? before, ModelPrice? after) =>
        before is null || after is null
            ? before == after
            : before with { Source = after.Source, Changes = after.Changes } == after && (before.Changes ?? []).SequenceEqual(after.Changes ?? []);
}
