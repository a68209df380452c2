using System.Globalization;
using Governance.Contracts;

namespace Governance.Strategy.Engine;

/// <summary>Finds single changes of a fact that change the recommendation, by deciding the changed case again.</summary>
internal static class Flips
{
    public static List<Flip> Find(Rulebook rulebook, Evidence evidence, Weighing weighing)
    {
        var flips = new List<Flip>();

        foreach (var (name, probes) in evidence.Policy.Flips.Numbers)
        {
            AddNumber((NumberSignal)Vocabulary.Find(name), probes);
        }

        foreach (var name in evidence.Policy.Flips.Choices)
        {
            switch (Vocabulary.Find(name))
            {
                case FlagSignal flag: AddFlag(flag); break;
                case ChoiceSignal choice: AddChoice(choice); break;
            }
        }

        return flips;

        void AddFlag(FlagSignal signal)
        {
            var now = signal.Read(evidence);

            foreach (var value in (bool[])[true, false])
            {
                if (value != now)
                {
                    var word = value ? "true" : "false";
                    var to = Decide(signal.Name, signal.Change!(evidence.Facts, value), evidence.Costs.If(signal.Name, word));

                    if (to != weighing.Recommendation)
                    {
                        flips.Add(new($"{signal.Name} = {word}", to));
                    }
                }
            }
        }

        // Of several values that lead to the same strategy only the nearest is told.
        void AddChoice(ChoiceSignal signal)
        {
            var now = signal.Read(evidence);
            var told = new HashSet<StrategyKind>();

            var others = Enumerable.Range(0, signal.Words.Count).Where(p => p != now);

            foreach (var position in others.OrderBy(p => Math.Abs(p - now ?? 0)))
            {
                var to = Decide(signal.Name, signal.Change!(evidence.Facts, position), evidence.Costs.If(signal.Name, signal.Words[position]));

                if (to != weighing.Recommendation && told.Add(to))
                {
                    flips.Add(new($"{signal.Name} = {signal.Words[position]}", to));
                }
            }
        }

        void AddNumber(NumberSignal signal, IReadOnlyList<long> probes)
        {
            var now = signal.Read(evidence)!.Value;

            Seek((long)Math.Floor(now), probes.Where(p => p > now).Order(), ">=");
            Seek((long)Math.Ceiling(now), probes.Where(p => p < now).OrderDescending(), "<=");

            void Seek(long same, IEnumerable<long> onwards, string comparison)
            {
                foreach (var probe in onwards)
                {
                    if (At(probe) != weighing.Recommendation)
                    {
                        var (other, to) = Threshold(same, probe);
                        flips.Add(new(string.Create(CultureInfo.InvariantCulture, $"{signal.Name} {comparison} {other}"), to));

                        return;
                    }

                    same = probe;
                }
            }

            // Halves the gap between a value that keeps the recommendation and one that does not, until they are neighbours.
            (long Value, StrategyKind To) Threshold(long same, long other)
            {
                while (Math.Abs(other - same) > 1)
                {
                    var middle = same + (other - same) / 2;

                    if (At(middle) == weighing.Recommendation)
                    {
                        same = middle;
                    }
                    else
                    {
                        other = middle;
                    }
                }

                return (other, At(other));
            }

            StrategyKind At(long value)
            {
                var changed = signal.Change!(evidence.Facts, value);
                var costs = evidence.Costs.If(signal.Name, value).AtVolume(changed.Volume, insteadOf: evidence.Facts.Volume);

                return Decide(signal.Name, changed, costs);
            }
        }

        StrategyKind Decide(string name, UseCaseFacts changed, CostOutlook costs) =>
            rulebook.Weigh(evidence with { Facts = changed, Costs = costs, Assumed = [name] }).Recommendation;
    }
}
