using System.Globalization;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;

namespace Governance.Strategy.Policies;

/// <summary>
/// What a policy must be besides well formed, so that no decision can fail under it: conditions that can be read, names that exist,
/// weights that weigh, sources that are listed, and no question whose answer depends on itself.
/// </summary>
public sealed class PolicyCheck
{
    private const int LongestCondition = 2_000;

    private readonly StrategyPolicy policy;
    private readonly Dictionary<string, decimal> thresholds;
    private readonly List<FieldError> errors = [];

    private PolicyCheck(StrategyPolicy policy)
    {
        this.policy = policy;
        thresholds = policy.Thresholds.GroupBy(t => t.Id).ToDictionary(t => t.Key, t => t.First().Value, StringComparer.Ordinal);
    }

    public static IEnumerable<FieldError> Find(StrategyPolicy policy)
    {
        var check = new PolicyCheck(policy);
        check.Decision();
        check.Confidence();
        check.Flips();
        check.Thresholds();
        check.Gates();
        check.Factors();
        check.Checklist();
        check.Explanations();

        return check.errors;
    }

    private void Decision()
    {
        var decision = policy.Decision;
        Require(decision.HybridReach >= 0, "decision.hybridReach", "must not be negative.");
        Deciding("decision.hybridWhen", decision.HybridWhen);
        Question("decision.retrievalWhen", decision.RetrievalWhen);
        Question("decision.fullTuningWhen", decision.FullTuningWhen);
    }

    private void Confidence()
    {
        var confidence = policy.Confidence;
        Require(confidence.Reversible is >= 0 and <= 1, "confidence.reversible", "must lie between 0 and 1.");
        Require(confidence.Vague is >= 0 and <= 1, "confidence.vague", "must lie between 0 and 1.");
        Require(confidence.ClearPoints > 0, "confidence.clearPoints", "must be more than 0.");
        Require(confidence.Facts.Count > 0, "confidence.facts", "must weigh at least one fact.");
        Condition("confidence.vagueWhen", confidence.VagueWhen);

        foreach (var (name, weight) in confidence.Facts)
        {
            Require(Vocabulary.Knows(name), $"confidence.facts.{name}", "is no fact this engine knows.");
            Require(weight is > 0 and <= 1_000, $"confidence.facts.{name}", "must weigh between 1 and 1000.");
        }
    }

    private void Flips()
    {
        foreach (var (name, probes) in policy.Flips.Numbers)
        {
            Require(Changeable(name) is NumberSignal, $"flips.numbers.{name}", "is no number that can be changed.");
            Require(probes.Count is > 0 and <= 100, $"flips.numbers.{name}", "must list 1 to 100 values to try.");
            Require(probes.All(p => p is >= 0 and <= 100_000_000_000), $"flips.numbers.{name}", "must list values between 0 and 100000000000.");
        }

        for (var i = 0; i < policy.Flips.Choices.Count; i++)
        {
            Require(Changeable(policy.Flips.Choices[i]) is FlagSignal or ChoiceSignal, At("flips.choices", i), "is no fact with answers to choose from.");
        }
    }

    private void Thresholds() => Each("thresholds", policy.Thresholds, t => t.Id, (threshold, path) =>
    {
        Require(threshold.UpTo is null || threshold.UpTo >= threshold.Value, $"{path}.upTo", "must not be less than value.");
        Cite(path, threshold.Citations);
    });

    private void Gates() => Each("gates", policy.Gates, g => g.Id, (gate, path) =>
    {
        Deciding($"{path}.holds", gate.Holds);
        Text($"{path}.passed", gate.Passed);
        Text($"{path}.failed", gate.Failed);
        Text($"{path}.unknown", gate.Unknown);
        Cite(path, gate.Citations);
    });

    private void Factors()
    {
        Require(policy.Factors.Any(f => f.Weight > 0), "factors", "must have at least one factor with a weight above 0.");
        Each("factors", policy.Factors, f => f.Id, (factor, path) =>
        {
            Require(factor.Weight is >= 0 and <= 1_000, $"{path}.weight", "must lie between 0 and 1000.");
            Require(factor.Cases.Count > 0, $"{path}.cases", "must have at least one case.");
            Cite(path, factor.Citations);

            for (var i = 0; i < factor.Cases.Count; i++)
            {
                var at = At($"{path}.cases", i);
                Require(factor.Cases[i].Score is >= -1 and <= 1, $"{at}.score", "must lie between -1 and 1.");
                Deciding($"{at}.when", factor.Cases[i].When);
                Text($"{at}.because", factor.Cases[i].Because);
            }
        });
    }

    private void Checklist()
    {
        var checklist = policy.Checklist;
        Require(checklist.Majority >= 1 && checklist.Majority <= checklist.Questions.Count, "checklist.majority", "must lie between 1 and the number of questions.");
        Require(checklist.Majority * 2 > checklist.Questions.Count, "checklist.majority", "must be more than half of the questions, so that there is one majority.");
        Require(checklist.Weight is >= 0 and <= 1_000, "checklist.weight", "must lie between 0 and 1000.");
        Text("checklist.because", checklist.Because);
        Cite("checklist", checklist.Citations);
        Each("checklist.questions", checklist.Questions, q => q.Id, (question, path) => Deciding($"{path}.when", question.When));
    }

    private void Explanations()
    {
        Each("rules", policy.Rules, r => r.Id, (rule, path) => Saying(path, rule.When, "statement", rule.Statement, rule.Citations));
        Each("warnings", policy.Warnings, w => w.Id, (warning, path) => Saying(path, warning.When, "message", warning.Message, warning.Citations));
        Each("migration", policy.Migration, null, (hint, path) => Saying(path, hint.When, "trigger", hint.Trigger, hint.Citations));
        Each("conflicts", policy.Conflicts, c => c.Id, (conflict, path) =>
        {
            Text($"{path}.stand", conflict.Stand);
            Condition($"{path}.when", conflict.When ?? "always");
            Known($"{path}.rules", conflict.Rules, policy.Rules.Select(r => r.Id), "rule");
            Known($"{path}.factors", conflict.Factors, policy.Factors.Select(f => f.Id), "factor");
            Known($"{path}.sources", conflict.Sources, policy.Sources.Keys, "source");
        });
        Each("framework", policy.Framework, step => step.Step.ToString(CultureInfo.InvariantCulture), (step, path) =>
        {
            Require(step.Step == policy.Framework.ToList().IndexOf(step) + 1, $"{path}.step", "must count the steps from 1.");
            Text($"{path}.otherwise", step.Otherwise);
            Cite(path, step.Citations);

            for (var i = 0; i < step.Sentences.Count; i++)
            {
                Condition($"{At($"{path}.sentences", i)}.when", step.Sentences[i].When);
                Text($"{At($"{path}.sentences", i)}.say", step.Sentences[i].Say);
            }
        });
    }

    private void Saying(string path, string when, string member, string text, IReadOnlyList<string> citations)
    {
        Condition($"{path}.when", when);
        Text($"{path}.{member}", text);
        Cite(path, citations);
    }

    /// <summary>A condition the strategy hangs on, so that flips must be able to tell what it would answer of changed facts.</summary>
    private void Deciding(string path, string text)
    {
        foreach (var name in Question(path, text).Where(Vocabulary.IsOfDeclaredFactsOnly))
        {
            errors.Add(new(path, $"asks for {name}, which no flip could foresee under changed facts; ask costs.breakEven, costs.tuningOverBudget or single facts."));
        }
    }

    /// <summary>A condition the recommendation is computed from; it cannot ask for the recommendation.</summary>
    /// <returns>What it asks for.</returns>
    private string[] Question(string path, string text)
    {
        string[] names = [.. Condition(path, text)?.Names.Distinct() ?? []];

        foreach (var name in names.Where(Vocabulary.IsResult))
        {
            errors.Add(new(path, $"asks for {name}, which depends on the answer: a cycle."));
        }

        return names;
    }

    private Condition? Condition(string path, string text)
    {
        if (text.Length > LongestCondition)
        {
            errors.Add(new(path, $"is longer than {LongestCondition} characters."));

            return null;
        }

        return Read(path, () => Engine.Condition.Parse(text, thresholds));
    }

    private void Text(string path, string text) => Read(path, () => new Template(text, thresholds));

    private T? Read<T>(string path, Func<T> read) where T : class
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            errors.Add(new(path, e.Message));

            return null;
        }
    }

    private void Cite(string path, IReadOnlyList<string> citations) => Known($"{path}.citations", citations, policy.Sources.Keys, "source");

    private void Known(string path, IReadOnlyList<string> names, IEnumerable<string> known, string what)
    {
        for (var i = 0; i < names.Count; i++)
        {
            Require(known.Contains(names[i], StringComparer.Ordinal), At(path, i), $"is no {what} of this policy.");
        }
    }

    private void Each<TEntry>(string path, IReadOnlyList<TEntry> entries, Func<TEntry, string>? id, Action<TEntry, string> check)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);

        for (var i = 0; i < entries.Count; i++)
        {
            Require(id is null || seen.Add(id(entries[i])), At(path, i), "bears an id that stands in this list already.");
            check(entries[i], At(path, i));
        }
    }

    private static Signal? Changeable(string name) => Vocabulary.Knows(name)
        ? Vocabulary.Find(name) switch
        {
            NumberSignal { Change: null } or FlagSignal { Change: null } or ChoiceSignal { Change: null } => null,
            var signal => signal,
        }
        : null;

    private void Require(bool holds, string path, string otherwise)
    {
        if (!holds)
        {
            errors.Add(new(path, otherwise));
        }
    }

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
}
