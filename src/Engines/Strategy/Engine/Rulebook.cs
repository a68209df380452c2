using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Governance.Contracts;
using Governance.Strategy.Policies;

namespace Governance.Strategy.Engine;

/// <summary>A policy whose conditions and texts are understood. It weighs; <see cref="Explanation"/> says why.</summary>
internal sealed class Rulebook
{
    private static readonly ConditionalWeakTable<StrategyPolicy, Rulebook> Understood = [];

    private readonly StrategyPolicy policy;
    private readonly FrozenDictionary<string, decimal> thresholds;
    private readonly decimal pointsAtStake;
    private readonly Condition hybridWhen;
    private readonly Condition retrievalWhen;
    private readonly Condition fullTuningWhen;
    private readonly Condition vagueWhen;

    private Rulebook(StrategyPolicy policy)
    {
        this.policy = policy;
        thresholds = policy.Thresholds.ToFrozenDictionary(t => t.Id, t => t.Value, StringComparer.Ordinal);

        Gates = [.. policy.Gates.Select(g => new Gate(g, Read(g.Holds), Write(g.Passed), Write(g.Failed), Write(g.Unknown)))];
        Factors =
        [
            .. policy.Factors.Select(f => new Factor(
                f, [.. f.Cases.Select(c => new FactorCase(Read(c.When), c.Score * f.Weight, Write(c.Because)))])),
        ];
        Questions = [.. policy.Checklist.Questions.Select(q => new Question(q, Read(q.When)))];
        Rules = [.. policy.Rules.Select(r => new Saying(r.Id, Read(r.When), Write(r.Statement), r.Citations))];
        Warnings = [.. policy.Warnings.Select(w => new Saying(w.Id, Read(w.When), Write(w.Message), w.Citations))];
        Conflicts =
        [
            .. policy.Conflicts.Select(c => new Conflict(
                c,
                c.When is null ? null : Read(c.When),
                [.. Rules.Where(r => c.Rules.Contains(r.Id)).Select(r => r.When)],
                [.. policy.Factors.Select(f => f.Id).Append(policy.Checklist.Id).Index().Where(f => c.Factors.Contains(f.Item)).Select(f => f.Index)],
                Write(c.Stand))),
        ];
        Framework =
        [
            .. policy.Framework.Select(s => new FrameworkStep(
                s, [.. s.Sentences.Select(x => new Sentence(Read(x.When), Write(x.Say)))], Write(s.Otherwise))),
        ];
        Migration = [.. policy.Migration.Select(m => new MigrationHint(m, Read(m.When), Write(m.Trigger)))];
        ChecklistBecause = Write(policy.Checklist.Because);
        Facts = [.. policy.Confidence.Facts.Select(f => new WeightedFact(Vocabulary.Find(f.Key), f.Value))];

        hybridWhen = Read(policy.Decision.HybridWhen);
        retrievalWhen = Read(policy.Decision.RetrievalWhen);
        fullTuningWhen = Read(policy.Decision.FullTuningWhen);
        vagueWhen = Read(policy.Confidence.VagueWhen);
        pointsAtStake = policy.Factors.Sum(f => f.Weight) + policy.Checklist.Weight;
    }

    public Gate[] Gates { get; }

    public Factor[] Factors { get; }

    public Question[] Questions { get; }

    public Saying[] Rules { get; }

    public Saying[] Warnings { get; }

    public Conflict[] Conflicts { get; }

    public FrameworkStep[] Framework { get; }

    public MigrationHint[] Migration { get; }

    public WeightedFact[] Facts { get; }

    public Template ChecklistBecause { get; }

    /// <summary>A policy is read once; it never changes.</summary>
    public static Rulebook Of(StrategyPolicy policy) => Understood.GetValue(policy, p => new(p));

    public Weighing Weigh(Evidence evidence)
    {
        var whole = WeighOne(evidence);

        return evidence.Facts.Task?.Components is { Count: > 0 } components ? Combine(whole, evidence, components) : whole;
    }

    public bool NeedsRetrieval(Evidence evidence) => retrievalWhen.Holds(evidence) is true;

    /// <summary>Tuning a few weights comes before tuning all of them.</summary>
    public Tuning Tuning(Evidence evidence, Weighing weighing) =>
        weighing.Recommendation is StrategyKind.PromptEngineering ? Contracts.Tuning.None
        : fullTuningWhen.Holds(evidence) is true ? Contracts.Tuning.Full
        : Contracts.Tuning.ParameterEfficient;

    /// <summary>
    /// The share of the facts that is known, cut further where unknown facts could still reverse the decision or the objective
    /// is vague. Losing a fact only widens what could still happen, so it never raises confidence.
    /// </summary>
    public decimal Confidence(Evidence evidence, Weighing weighing, List<string> unknowns)
    {
        var known = 0;
        var total = 0;

        foreach (var (signal, weight) in Facts)
        {
            total += weight;
            if (signal.IsKnown(evidence))
            {
                known += weight;
            }
            else
            {
                unknowns.Add(signal.Name);
            }
        }

        var confidence = policy.Confidence;
        var line = policy.Decision.PointsForTuning;
        var distance = weighing.Blocked ? confidence.ClearPoints
            : weighing.Lowest > line ? weighing.Lowest - line
            : weighing.Highest < line ? line - weighing.Highest
            : 0;
        var share = vagueWhen.Holds(evidence) is true
            ? confidence.Vague
            : confidence.Reversible + (1 - confidence.Reversible) * Math.Min(1, distance / confidence.ClearPoints);

        return Math.Round(share * known / total, 4, MidpointRounding.ToZero);
    }

    /// <summary>Where parts differ, a gate without a readiness check fails only if it fails for every part.</summary>
    public static CheckOutcome Outcome(Gate gate, Evidence evidence)
    {
        if (Declared(gate, evidence) is { } check)
        {
            return check.Outcome;
        }

        if (evidence.Facts.Task?.Components is not { Count: > 0 } components)
        {
            return Outcome(gate.Holds.Holds(evidence));
        }

        var best = CheckOutcome.Failed;
        foreach (var component in components)
        {
            switch (Outcome(gate.Holds.Holds(evidence.For(component))))
            {
                case CheckOutcome.Passed: return CheckOutcome.Passed;
                case CheckOutcome.Unknown: best = CheckOutcome.Unknown; break;
            }
        }

        return best;
    }

    private static CheckOutcome Outcome(bool? holds) =>
        holds switch { true => CheckOutcome.Passed, false => CheckOutcome.Failed, null => CheckOutcome.Unknown };

    /// <summary>The readiness check behind a gate, unless the evidence assumes other facts than the check saw.</summary>
    public static ReadinessCheck? Declared(Gate gate, Evidence evidence)
    {
        foreach (var assumed in evidence.Assumed)
        {
            if (gate.Names.Contains(assumed))
            {
                return null;
            }
        }

        var checks = evidence.Readiness.Checks;
        for (var i = 0; i < checks.Count; i++)
        {
            if (checks[i].Id == gate.Policy.Id)
            {
                return checks[i];
            }
        }

        return null;
    }

    public ChecklistTally Tally(Evidence evidence)
    {
        var prompting = 0;
        var tuning = 0;

        foreach (var question in Questions)
        {
            switch (question.PointsTo(evidence))
            {
                case StrategyKind.PromptEngineering: prompting++; break;
                case StrategyKind.FineTuning: tuning++; break;
            }
        }

        return new(prompting, tuning, Questions.Length - prompting - tuning, policy.Checklist);
    }

    private Weighing WeighOne(Evidence evidence)
    {
        var tally = Tally(evidence);
        var points = tally.Points;
        var lowest = tally.Lowest;
        var highest = tally.Highest;

        foreach (var factor in Factors)
        {
            var (applies, isCertain) = factor.Find(evidence);
            var pull = applies?.Points ?? 0;

            points += pull;
            lowest += isCertain ? pull : factor.Lowest;
            highest += isCertain ? pull : factor.Highest;
        }

        var margin = (points - policy.Decision.PointsForTuning) / pointsAtStake;
        var blocked = IsBlocked(evidence);
        var reach = policy.Decision.HybridReach / pointsAtStake;

        var prompting = Score(-margin);
        var tuning = blocked ? Weighing.RuledOut : Score(margin);
        var hybrid = blocked ? Weighing.RuledOut
            : Score((hybridWhen.Holds(evidence) is true ? reach : 0) - Math.Abs(margin));

        return new(
            Weighing.Choose(prompting, tuning, hybrid), prompting, tuning, hybrid, points, lowest, highest, blocked, []);
    }

    /// <summary>
    /// Each part takes what suits it; a single strategy for all takes what it scores on every part. Parts that differ therefore
    /// make a hybrid, parts that agree do not.
    /// </summary>
    private Weighing Combine(Weighing whole, Evidence evidence, IReadOnlyList<TaskComponent> components)
    {
        var parts = new List<Weighing>(components.Count);
        decimal prompting = 0, tuning = 0, hybrid = 0;

        foreach (var component in components)
        {
            var part = WeighOne(evidence.For(component));

            prompting += component.RequestShare * part.Prompting;
            tuning += component.RequestShare * part.Tuning;
            hybrid += component.RequestShare * part.Best;
            parts.Add(part);
        }

        var combined = whole with
        {
            Prompting = Score(prompting),
            Tuning = Score(tuning),
            Hybrid = Score(hybrid),
            Parts = parts,
            Blocked = parts.TrueForAll(p => p.Blocked),
        };

        return combined with
        {
            Recommendation = combined.PartsDiffer ? StrategyKind.Hybrid : parts[0].Recommendation,
        };
    }

    private bool IsBlocked(Evidence evidence)
    {
        foreach (var gate in Gates)
        {
            if (Outcome(gate, evidence) is CheckOutcome.Failed)
            {
                return true;
            }
        }

        return false;
    }

    private static decimal Score(decimal value) => Math.Round(Math.Clamp(value, -1, 1), 6, MidpointRounding.AwayFromZero);

    private Condition Read(string condition) => Condition.Parse(condition, thresholds);

    private Template Write(string text) => new(text, thresholds);

    internal sealed record Gate(GatePolicy Policy, Condition Holds, Template Passed, Template Failed, Template Unknown)
    {
        public FrozenSet<string> Names { get; } = Holds.Names.ToFrozenSet(StringComparer.Ordinal);
    }

    internal sealed record FactorCase(Condition When, decimal Points, Template Because);

    internal sealed record Factor(FactorPolicy Policy, FactorCase[] Cases)
    {
        public decimal Lowest { get; } = Math.Min(0, Cases.Min(c => c.Points));

        public decimal Highest { get; } = Math.Max(0, Cases.Max(c => c.Points));

        /// <summary>The first case that holds; certain only where no unknown fact left a case before it open.</summary>
        public (FactorCase? Case, bool IsCertain) Find(Evidence evidence)
        {
            var certain = true;

            foreach (var candidate in Cases)
            {
                switch (candidate.When.Holds(evidence))
                {
                    case true: return (candidate, certain);
                    case null: certain = false; break;
                }
            }

            return (null, certain);
        }
    }

    internal sealed record Question(QuestionPolicy Policy, Condition When)
    {
        public StrategyKind? PointsTo(Evidence evidence) => When.Holds(evidence) switch
        {
            true => Policy.YesPointsTo,
            false when Policy.YesPointsTo is StrategyKind.PromptEngineering => StrategyKind.FineTuning,
            false => StrategyKind.PromptEngineering,
            null => null,
        };
    }

    internal sealed record Saying(string Id, Condition When, Template Text, IReadOnlyList<string> Citations);

    /// <summary>The rules by their conditions, the factors by their place in the policy, after which comes the checklist.</summary>
    internal sealed record Conflict(ConflictPolicy Policy, Condition? When, Condition[] Rules, int[] Factors, Template Stand);

    internal sealed record FrameworkStep(FrameworkPolicy Policy, Sentence[] Sentences, Template Otherwise);

    internal sealed record Sentence(Condition When, Template Say);

    internal sealed record WeightedFact(Signal Signal, int Weight);

    internal sealed record MigrationHint(MigrationPolicy Policy, Condition When, Template Trigger);
}

/// <summary>How the answers to the checklist are spread, and what their majority weighs.</summary>
internal readonly record struct ChecklistTally(int Prompting, int Tuning, int Unanswered, ChecklistPolicy Policy)
{
    public decimal Points =>
        Tuning >= Policy.Majority ? Policy.Weight : Prompting >= Policy.Majority ? -Policy.Weight : 0;

    public decimal Lowest =>
        Prompting + Unanswered >= Policy.Majority ? -Policy.Weight : Tuning >= Policy.Majority ? Policy.Weight : 0;

    public decimal Highest =>
        Tuning + Unanswered >= Policy.Majority ? Policy.Weight : Prompting >= Policy.Majority ? -Policy.Weight : 0;
}
