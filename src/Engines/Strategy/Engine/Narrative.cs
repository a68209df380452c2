using System.Globalization;
using System.Text;
using Governance.Contracts;

namespace Governance.Strategy.Engine;

/// <summary>A decision as a reviewer reads it: one paragraph, and a table of everything that counted. Follows from the result alone.</summary>
public sealed record Narrative(string Summary, IReadOnlyList<NarrativeRow> Table)
{
    private const int Strongest = 3;

    public static Narrative Of(StrategyAssessment assessment) => new(Summarise(assessment), [.. Rows(assessment)]);

    private static string Summarise(StrategyAssessment a)
    {
        var text = new StringBuilder(Invariant($"{Name(a.Recommendation)}{Tuned(a.Tuning)} is recommended{(a.Retrieval ? " with retrieval of current knowledge" : "")}, at a confidence of {Percent(a.Confidence)}. "));
        text.Append("Scores: ").AppendJoin(", ", a.Ranking.Select(r => Invariant($"{Name(r.Strategy).ToLowerInvariant()} {Signed(r.Score)}"))).Append(". ");

        if (a.Gates.Where(g => g.Outcome is CheckOutcome.Failed).ToList() is { Count: > 0 } failed)
        {
            text.Append("Tuning is blocked by ").AppendJoin(", ", failed.Select(g => g.Id)).Append(". ");
        }

        Pulls("Towards tuning pull most", a.Factors.Where(f => f.Contribution > 0));
        Pulls("Towards prompting pull most", a.Factors.Where(f => f.Contribution < 0));
        text.Append(Invariant($"Of the checklist, {Count(StrategyKind.PromptEngineering)} answers point to prompting and {Count(StrategyKind.FineTuning)} to tuning. "));

        if (a.Unknowns.Count > 0)
        {
            text.Append("Not known, which lowers the confidence: ").AppendJoin(", ", a.Unknowns).Append(". ");
        }

        if (a.Flips.Count > 0)
        {
            text.Append("The recommendation would change with: ").AppendJoin("; ", a.Flips.Take(Strongest).Select(f => $"{f.Change} ({Name(f.To).ToLowerInvariant()})")).Append(". ");
        }

        return text.ToString().TrimEnd();

        void Pulls(string heading, IEnumerable<FactorContribution> factors)
        {
            var most = factors.OrderByDescending(f => Math.Abs(f.Contribution)).ThenBy(f => f.Id, StringComparer.Ordinal).Take(Strongest).ToList();

            if (most.Count > 0)
            {
                text.Append(heading).Append(": ").AppendJoin(", ", most.Select(f => Invariant($"{f.Name} ({f.Id}, {Signed(f.Contribution)})"))).Append(". ");
            }
        }

        int Count(StrategyKind kind) => a.Checklist.Count(answer => answer.PointsTo == kind);
    }

    private static IEnumerable<NarrativeRow> Rows(StrategyAssessment a)
    {
        foreach (var gate in a.Gates.Where(g => g.Outcome is not CheckOutcome.Passed))
        {
            yield return new("gate", gate.Id, gate.Message, gate.Outcome is CheckOutcome.Failed ? "blocks tuning" : "open", gate.Citations);
        }

        foreach (var factor in a.Factors.Where(f => f.Contribution is not 0).OrderByDescending(f => Math.Abs(f.Contribution)).ThenBy(f => f.Id, StringComparer.Ordinal))
        {
            yield return new("factor", factor.Id, $"{factor.Name}: {factor.Reason}", Signed(factor.Contribution), factor.Citations);
        }

        foreach (var rule in a.Rules)
        {
            yield return new("rule", rule.Id, rule.Statement, "", rule.Citations);
        }

        foreach (var answer in a.Checklist)
        {
            yield return new("checklist", answer.Id, $"{answer.Question} {answer.Answer}", answer.PointsTo is { } to ? Name(to).ToLowerInvariant() : "", []);
        }

        foreach (var part in a.Components)
        {
            yield return new("part", "", Invariant($"{part.Name}, {Percent(part.RequestShare)} of requests: {part.Reason}"), $"{Name(part.Recommendation).ToLowerInvariant()}{Tuned(part.Tuning)}", []);
        }

        foreach (var conflict in a.Conflicts)
        {
            yield return new("conflict", conflict.Id, $"{conflict.Topic}: {conflict.Stand}", "", conflict.Sources);
        }

        foreach (var warning in a.Warnings)
        {
            yield return new("warning", warning.Id, warning.Message, "", warning.Citations);
        }

        foreach (var flip in a.Flips)
        {
            yield return new("flip", "", flip.Change, Name(flip.To).ToLowerInvariant(), []);
        }

        foreach (var trigger in a.Migration)
        {
            yield return new("migration", trigger.Id, trigger.Trigger, Name(trigger.To).ToLowerInvariant(), trigger.Citations);
        }
    }

    private static string Name(StrategyKind kind) => kind switch
    {
        StrategyKind.PromptEngineering => "Prompt engineering",
        StrategyKind.FineTuning => "Fine-tuning",
        _ => "A hybrid",
    };

    private static string Tuned(Tuning tuning) => tuning switch
    {
        Tuning.ParameterEfficient => " (parameter-efficient)",
        Tuning.Full => " (all weights)",
        _ => "",
    };

    private static string Signed(decimal value) => value.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture);

    private static string Percent(decimal share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " percent";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>One thing that counted: what kind it is, its id in the policy, what was found, what it does, and where that is written.</summary>
public sealed record NarrativeRow(string Kind, string Id, string Finding, string Effect, IReadOnlyList<string> Citations);
