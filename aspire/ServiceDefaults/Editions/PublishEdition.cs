namespace Governance.ServiceDefaults;

public sealed record PublishEdition(string Version, string? IfMatch, string By, DateTimeOffset At)
{
    /// <summary>Four eyes: none of those who wrote a draft publishes it. Publishing twice is harmless.</summary>
    public IEnumerable<object> Decide(Catalogue catalogue, IReadOnlyList<Shipped> shipped)
    {
        var draft = catalogue.Find(Version);
        Precondition.Require(IfMatch, draft.ETag);

        if (draft.IsPublished)
        {
            return [];
        }

        if (draft.Authors.Contains(By))
        {
            throw new NotAllowedException("You have written on this draft; another administrator publishes it.");
        }

        return EffectiveMoment.Trouble(Version, draft.EffectiveFrom, catalogue, shipped, At) is { } trouble
            ? throw new RuleViolationException($"effectiveFrom {trouble} Change the draft first.")
            : [new EditionPublished(Version, draft.EffectiveFrom, draft.Hash, draft.Authors, By, At)];
    }
}
