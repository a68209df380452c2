namespace Governance.Portal.Leadership;

// What Costs answers about the portfolio.

public sealed record PortfolioView(
    DateTimeOffset AsOf,
    IReadOnlyList<PortfolioSum> Totals,
    IReadOnlyList<PortfolioSum> ByBusinessUnit,
    IReadOnlyList<PortfolioSum> ByStrategy,
    IReadOnlyList<PortfolioSum> ByMonth,
    IReadOnlyList<StageCount> Stages,
    IReadOnlyList<StageTime> Times,
    IReadOnlyList<TierCount> Tiers,
    IReadOnlyList<ExpiryCount> Expiring);

public sealed record PortfolioSum(
    string Name, string Currency, long Cases, long CasesWithBenefit, decimal Cost, decimal Value, decimal? RoiPercent, decimal? PaybackMonth);

public sealed record StageCount(string Stage, long Now, long Reached);

public sealed record StageTime(string From, string To, long Cases, decimal MedianHours, decimal P90Hours);

public sealed record TierCount(string Tier, string Stage, long Cases);

public sealed record ExpiryCount(int WithinDays, long Cases);
