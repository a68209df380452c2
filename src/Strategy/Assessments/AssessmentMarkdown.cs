using System.Text;
using Governance.Strategy.Engine;

namespace Governance.Strategy.Assessments;

/// <summary>An explanation as Markdown. Whatever a person may have typed stays text: it can form no markup, link or cell.</summary>
public static class AssessmentMarkdown
{
    private const string Special = @"\`*_{}[]#!|~";

    public static string Write(string number, int revision, Narrative narrative, string policyVersion, string resultHash)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(Plain(number)).Append(", revision ").Append(revision).Append("\n\n");
        text.Append(Plain(narrative.Summary)).Append("\n\n");
        text.Append("| kind | id | finding | effect | sources |\n|---|---|---|---|---|\n");

        foreach (var row in narrative.Table)
        {
            text.Append("| ").AppendJoin(" | ", ((string[])[row.Kind, row.Id, row.Finding, row.Effect, string.Join(", ", row.Citations)]).Select(Plain)).Append(" |\n");
        }

        return text.Append("\nPolicy ").Append(Plain(policyVersion)).Append(", result ").Append(resultHash).Append(".\n").ToString();
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length + 16);

        foreach (var (i, c) in text.Index())
        {
            switch (c)
            {
                case '<': plain.Append("&lt;"); break;
                case '>': plain.Append("&gt;"); break;
                case '&': plain.Append("&amp;"); break;
                case '\n' or '\r' or '\t': plain.Append(' '); break;
                case '@' or ':' when !IsFollowedBySpace(text, i): plain.Append("&#").Append((int)c).Append(';'); break;
                case var _ when Special.Contains(c): plain.Append('\\').Append(c); break;
                default: plain.Append(c); break;
            }
        }

        return plain.ToString();
    }

    /// <summary>A colon inside a word could make an address a link.</summary>
    private static bool IsFollowedBySpace(string text, int i) => i + 1 == text.Length || text[i + 1] is ' ' or '\n';
}
