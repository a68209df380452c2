using System.Text;
using Governance.Contracts;
using Governance.Strategy.Policies;

namespace Governance.Strategy.Engine;

/// <summary>Puts a weighed case into words: what counted, what fired and what is not known.</summary>
internal sealed class Explanation(Rulebook rulebook, Evidence evidence, Weighing weighing)
{
    private readonly StrategyPolicy policy = evidence.Policy;

    public StrategyAssessment Tell(IReadOnlyList<Flip> flips)
    {
        var unknowns = new List<string>();
        var confidence = rulebook.Confidence(evidence, weighing, unknowns);
        var factors = Factors();
        var rules = Fired(rulebook.Rules, (id, statement, citations) => new FiredRule(id, statement, citations));

        return new(
            weighing.Recommendation,
            rulebook.NeedsRetrieval(evidence),
            evidence.Tuning ?? Tuning.None,
            confidence,
            Ranking(),
            Gates(evidence),
            factors,
            rules,
            Checklist(),
            Framework(),
            Conflicts(factors),
            Fired(rulebook.Warnings, (id, message, citations) => new AssessmentWarning(id, message, citations)),
            flips,
            Components(),
            Migration(),
            unknowns);
    }

    private List<RankedStrategy> Ranking()
    {
        List<RankedStrategy> ranking =
        [
            new(StrategyKind.PromptEngineering, weighing.Prompting),
            new(StrategyKind.FineTuning, weighing.Tuning),
            new(StrategyKind.Hybrid, weighing.Hybrid),
        ];

        return
        [
            .. ranking
                .OrderByDescending(r => r.Strategy == weighing.Recommendation)
                .ThenByDescending(r => r.Score),
        ];
    }

    private List<Gate> Gates(Evidence of)
    {
        var gates = new List<Gate>(rulebook.Gates.Length);

        foreach (var gate in rulebook.Gates)
        {
            if (Rulebook.Declared(gate, of) is { } check)
            {
                gates.Add(new(check.Id, check.Outcome, check.Message, check.Citations));
                continue;
            }

            var outcome = Rulebook.Outcome(gate, of);
            var text = outcome switch
            {
                CheckOutcome.Passed => gate.Passed,
                CheckOutcome.Failed => gate.Failed,
                _ => gate.Unknown,
            };

            gates.Add(new(gate.Policy.Id, outcome, text.Say(of), gate.Policy.Citations));
        }

        return gates;
    }

    /// <summary>Every factor in the order of the policy, then the majority of the checklist; they add up to the points.</summary>
    private List<FactorContribution> Factors()
    {
        var factors = new List<FactorContribution>(rulebook.Factors.Length + 1);

        foreach (var factor in rulebook.Factors)
        {
            var (applies, isCertain) = factor.Find(evidence);
            var reason = applies?.Because.Say(evidence)
                ?? (isCertain ? policy.Wording.FactorNeutral : policy.Wording.FactorUnknown);

            factors.Add(new(factor.Policy.Id, factor.Policy.Name, applies?.Points ?? 0, reason, factor.Policy.Citations));
        }

        var tally = rulebook.Tally(evidence);
        var checklist = policy.Checklist;
        factors.Add(new(
            checklist.Id,
            checklist.Name,
            tally.Points,
            tally.Points is 0 ? checklist.Undecided : rulebook.ChecklistBecause.Say(evidence),
            checklist.Citations));

        return factors;
    }

    private List<ChecklistAnswer> Checklist()
    {
        var answers = new List<ChecklistAnswer>(rulebook.Questions.Length);

        foreach (var question in rulebook.Questions)
        {
            var answer = question.When.Holds(evidence) switch
            {
                true => question.Policy.Yes,
                false => question.Policy.No,
                null => question.Policy.Unknown,
            };

            answers.Add(new(question.Policy.Id, question.Policy.Question, answer, question.PointsTo(evidence)));
        }

        return answers;
    }

    private List<FrameworkSection> Framework()
    {
        var sections = new List<FrameworkSection>(rulebook.Framework.Length);

        foreach (var step in rulebook.Framework)
        {
            var finding = new StringBuilder();

            foreach (var sentence in step.Sentences)
            {
                if (sentence.When.Holds(evidence) is true)
                {
                    finding.Append(finding.Length is 0 ? "" : " ").Append(sentence.Say.Say(evidence));
                }
            }

            sections.Add(new(
                step.Policy.Step,
                step.Policy.Title,
                finding.Length is 0 ? step.Otherwise.Say(evidence) : finding.ToString(),
                step.Policy.Citations));
        }

        return sections;
    }

    private List<SourceConflict> Conflicts(List<FactorContribution> factors)
    {
        var shown = new List<SourceConflict>();

        foreach (var conflict in rulebook.Conflicts)
        {
            if (conflict.When?.Holds(evidence) is true
                || Array.Exists(conflict.Rules, rule => rule.Holds(evidence) is true)
                || Array.Exists(conflict.Factors, place => factors[place].Contribution is not 0))
            {
                shown.Add(new(
                    conflict.Policy.Id, conflict.Policy.Topic, conflict.Stand.Say(evidence), conflict.Policy.Sources));
            }
        }

        return shown;
    }

    private List<ComponentAssessment> Components()
    {
        var components = new List<ComponentAssessment>(weighing.Parts.Count);

        for (var i = 0; i < weighing.Parts.Count; i++)
        {
            var component = evidence.Facts.Task!.Components![i];
            var part = weighing.Parts[i];
            var partly = evidence.For(component) with { Weighing = part };

            components.Add(new(
                component.Name,
                component.RequestShare,
                part.Recommendation,
                rulebook.Tuning(partly, part),
                Reason(partly, part)));
        }

        return components;
    }

    /// <summary>What blocks tuning or else what pulled most in the direction the part takes.</summary>
    private string Reason(Evidence partly, Weighing part)
    {
        if (part.Blocked && Gates(partly).Find(g => g.Outcome is CheckOutcome.Failed) is { } gate)
        {
            return gate.Message;
        }

        var direction = part.Recommendation is StrategyKind.PromptEngineering ? -1 : 1;
        Rulebook.FactorCase? strongest = null;

        foreach (var factor in rulebook.Factors)
        {
            if (factor.Find(partly).Case is { } applies && direction * applies.Points > direction * (strongest?.Points ?? 0))
            {
                strongest = applies;
            }
        }

        return strongest?.Because.Say(partly) ?? policy.Wording.PartWithoutReason;
    }

    private List<MigrationTrigger> Migration()
    {
        var triggers = new List<MigrationTrigger>();

        foreach (var hint in rulebook.Migration)
        {
            if (hint.When.Holds(evidence) is true)
            {
                triggers.Add(new(hint.Policy.Id, hint.Trigger.Say(evidence), hint.Policy.To, hint.Policy.Citations));
            }
        }

        return triggers;
    }

    private List<T> Fired<T>(Rulebook.Saying[] sayings, Func<string, string, IReadOnlyList<string>, T> say)
    {
        var fired = new List<T>();

        foreach (var saying in sayings)
        {
            if (saying.When.Holds(evidence) is true)
            {
                fired.Add(say(saying.Id, saying.Text.Say(evidence), saying.Citations));
            }
        }

        return fired;
    }
}
