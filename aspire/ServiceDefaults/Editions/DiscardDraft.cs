namespace Governance.ServiceDefaults;

public sealed record DiscardDraft(string Version, string? IfMatch, string By, DateTimeOffset At)
{
    /// <summary>Any administrator clears a draft away, their own or another's; its name is free again. What is published stays.</summary>
    public IEnumerable<object> Decide(Catalogue catalogue)
    {
        var draft = catalogue.Find(Version);
        Precondition.Require(IfMatch, draft.ETag);

        return draft.IsPublished
            ? throw new RuleViolationException($"Version {Version} is published and stays as it is.")
            : [new DraftDiscarded(Version, draft.Hash, By, At)];
    }
}
