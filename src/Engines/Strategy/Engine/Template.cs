namespace Governance.Strategy.Engine;

/// <summary>A sentence of a policy with names of facts and thresholds in braces.</summary>
internal sealed class Template
{
    private readonly string? plain;
    private readonly List<(string Text, Signal? Signal)> parts = [];

    public Template(string text, IReadOnlyDictionary<string, decimal> thresholds)
    {
        var at = 0;
        while (text.IndexOf('{', at) is var open && open >= 0)
        {
            var close = text.IndexOf('}', open);
            var name = close < 0 ? "" : text[(open + 1)..close];

            parts.Add((text[at..open], null));
            parts.Add(thresholds.TryGetValue(name, out var threshold)
                ? (NumberSignal.Show(threshold), null)
                : ("", Vocabulary.Find(name)));
            at = close + 1;
        }

        parts.Add((text[at..], null));

        if (parts.TrueForAll(part => part.Signal is null))
        {
            plain = string.Concat(parts.Select(part => part.Text));
        }
    }

    public string Say(Evidence evidence)
    {
        if (plain is not null)
        {
            return plain;
        }

        var said = new string[parts.Count];
        for (var i = 0; i < said.Length; i++)
        {
            said[i] = parts[i].Signal is { } signal ? signal.Show(evidence) ?? evidence.Policy.Wording.NotStated : parts[i].Text;
        }

        return string.Concat(said);
    }
}
