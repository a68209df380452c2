using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using JasperFx.Events;

namespace Governance.Costs;

/// <summary>Everything Costs tells the rest of the platform. What is not listed stays private.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e) => e.Data switch
    {
        CostsForecast x => new CostForecast(
            e.StreamId,
            x.Revision,
            x.Figures.Currency,
            x.Figures.HorizonMonths,
            x.Figures.Strategies,
            x.Figures.BreakEven,
            x.PriceBookVersion,
            x.PriceBookHash,
            x.Basis),
        DraftSaved x => new PriceBookDrafted(x.Version, x.EffectiveFrom, x.Hash, x.By, x.Content.GetRawText()),
        DraftDiscarded x => new PriceBookDraftDiscarded(x.Version, x.Hash, x.By),
        EditionPublished x => new PriceBookPublished(x.Version, x.EffectiveFrom, x.Hash, x.Authors, x.By),
        TextsErased x => new PersonalDataErasedFrom(x.UseCaseId, x.Revision, x.ErasureId, x.Service, x.Events, x.FailedMessages),
        _ => null,
    };
}
