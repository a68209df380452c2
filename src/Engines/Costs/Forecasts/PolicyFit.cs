using Governance.Contracts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;

namespace Governance.Costs.Forecasts;

/// <summary>Whether forecasts under each policy find in a price book what they fall back on, so that none can fail for want of it.</summary>
public static class PolicyFit
{
    public static IEnumerable<FieldError> Check(PriceBook book, IEnumerable<CostPolicy> policies) =>
        policies.SelectMany(policy => Check(book, policy)).Distinct();

    private static IEnumerable<FieldError> Check(PriceBook book, CostPolicy policy)
    {
        var defaults = policy.DefaultModels;

        foreach (var id in Enum.GetValues<Domain>().Select(defaults.For).Distinct().Where(id => book.Find(id) is null))
        {
            yield return new("models", $"must hold {id}, which cost policy {policy.Version} falls back on.");
        }

        if (book.Find(defaults.Tunable)?.Tuning is null)
        {
            yield return new("models", $"must hold {defaults.Tunable} with prices for tuning, which cost policy {policy.Version} falls back on.");
        }

        if (book.Find(defaults.SelfHosted) is not { OpenWeights: true })
        {
            yield return new("models", $"must hold {defaults.SelfHosted} with open weights, which cost policy {policy.Version} falls back on.");
        }

        var largest = policy.Tuning.Hosting.Max(t => t.UpToBillionParameters);

        foreach (var (index, model) in book.Models.Index().Where(m => m.Item.BillionParameters > largest))
        {
            yield return new($"models[{index}].billionParameters", $"is beyond the {largest} that cost policy {policy.Version} knows hosting for.");
        }
    }
}
