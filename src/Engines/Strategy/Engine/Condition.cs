using System.Globalization;

namespace Governance.Strategy.Engine;

/// <summary>
/// A question to the evidence in the words of a policy. It answers yes, no or, where an unknown fact leaves it open, null.
/// <code>
/// condition = clause { "or" clause }            clause = part { "and" part }
/// part      = "not" part | "(" condition ")" | count "of" "(" condition { "," condition } ")" | test
/// test      = flag | name ("=" | "!=") word | name ["not"] "in" "(" words ")" | set "has" (word | "(" words ")")
///           | number-name ("=" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=") (number | threshold)
/// </code>
/// </summary>
internal abstract class Condition
{
    public abstract bool? Holds(Evidence evidence);

    /// <summary>The names the condition reads.</summary>
    public abstract IEnumerable<string> Names { get; }

    public static Condition Parse(string text, IReadOnlyDictionary<string, decimal> thresholds) =>
        new Parser(text, thresholds).Parse();

    private sealed class All(Condition[] parts) : Condition
    {
        public override IEnumerable<string> Names => parts.SelectMany(p => p.Names);

        public override bool? Holds(Evidence evidence)
        {
            bool? holds = true;
            foreach (var part in parts)
            {
                switch (part.Holds(evidence))
                {
                    case false: return false;
                    case null: holds = null; break;
                }
            }

            return holds;
        }
    }

    private sealed class AtLeast(int count, Condition[] parts) : Condition
    {
        public override IEnumerable<string> Names => parts.SelectMany(p => p.Names);

        public override bool? Holds(Evidence evidence)
        {
            var yes = 0;
            var open = 0;
            foreach (var part in parts)
            {
                switch (part.Holds(evidence))
                {
                    case true when ++yes == count: return true;
                    case null: open++; break;
                }
            }

            return yes + open < count ? false : null;
        }
    }

    private sealed class Not(Condition part) : Condition
    {
        public override IEnumerable<string> Names => part.Names;

        public override bool? Holds(Evidence evidence) => !part.Holds(evidence);
    }

    private sealed class Flag(FlagSignal signal) : Condition
    {
        public override IEnumerable<string> Names => [signal.Name];

        public override bool? Holds(Evidence evidence) => signal.Read(evidence);
    }

    private sealed class Choice(ChoiceSignal signal, uint accepted) : Condition
    {
        public override IEnumerable<string> Names => [signal.Name];

        public override bool? Holds(Evidence evidence) =>
            signal.Read(evidence) is { } position ? (accepted & (1u << position)) is not 0 : null;
    }

    private sealed class HasAny(SetSignal signal, uint accepted) : Condition
    {
        public override IEnumerable<string> Names => [signal.Name];

        public override bool? Holds(Evidence evidence) =>
            signal.Read(evidence) is { } bits ? (accepted & bits) is not 0 : null;
    }

    private sealed class Known(Signal signal) : Condition
    {
        public override IEnumerable<string> Names => [signal.Name];

        public override bool? Holds(Evidence evidence) => signal.IsKnown(evidence);
    }

    private sealed class Compare(NumberSignal signal, string comparison, decimal limit) : Condition
    {
        private readonly bool below = comparison is "<" or "<=" or "!=";
        private readonly bool at = comparison is "<=" or "=" or ">=";
        private readonly bool above = comparison is ">" or ">=" or "!=";

        public override IEnumerable<string> Names => [signal.Name];

        public override bool? Holds(Evidence evidence) =>
            signal.Read(evidence) is not { } value ? null : value.CompareTo(limit) switch
            {
                < 0 => below,
                0 => at,
                > 0 => above,
            };
    }

    private sealed class Parser(string text, IReadOnlyDictionary<string, decimal> thresholds)
    {
        private readonly List<string> tokens = [.. Tokens(text)];
        private int next;

        public Condition Parse()
        {
            var condition = Either();

            return next == tokens.Count ? condition : throw Refuse($"{tokens[next]} is not expected");
        }

        private Condition Either()
        {
            List<Condition> clauses = [Both()];
            while (Take("or"))
            {
                clauses.Add(Both());
            }

            return clauses is [var single] ? single : new AtLeast(1, [.. clauses]);
        }

        private Condition Both()
        {
            List<Condition> parts = [Part()];
            while (Take("and"))
            {
                parts.Add(Part());
            }

            return parts is [var single] ? single : new All([.. parts]);
        }

        private Condition Part()
        {
            if (Take("not"))
            {
                return new Not(Part());
            }

            if (Take("known"))
            {
                return new Known(Vocabulary.Find(Any()));
            }

            if (Take("("))
            {
                var inner = Either();
                Expect(")");

                return inner;
            }

            return next + 1 < tokens.Count && tokens[next + 1] is "of" ? Count() : Test();
        }

        private AtLeast Count()
        {
            var count = (int)Number(Any());
            Expect("of");
            Expect("(");

            List<Condition> parts = [Either()];
            while (Take(","))
            {
                parts.Add(Either());
            }

            Expect(")");

            return new(count, [.. parts]);
        }

        private Condition Test() => Vocabulary.Find(Any()) switch
        {
            FlagSignal flag => new Flag(flag),
            NumberSignal number => new Compare(number, Comparison(), Number(Any())),
            ChoiceSignal choice => Chosen(choice),
            SetSignal set => Contained(set),
            var other => throw Refuse($"{other.Name} cannot be tested"),
        };

        private Condition Chosen(ChoiceSignal choice)
        {
            if (Take("!="))
            {
                return new Not(new Choice(choice, Bit(choice.Words, Any())));
            }

            if (Take("="))
            {
                return new Choice(choice, Bit(choice.Words, Any()));
            }

            Expect("in");

            return new Choice(choice, List(choice.Words));
        }

        private HasAny Contained(SetSignal set)
        {
            Expect("has");

            return new(set, next < tokens.Count && tokens[next] is "(" ? List(set.Words) : Bit(set.Words, Any()));
        }

        private uint List(IReadOnlyList<string> words)
        {
            Expect("(");
            var bits = Bit(words, Any());
            while (Take(","))
            {
                bits |= Bit(words, Any());
            }

            Expect(")");

            return bits;
        }

        private uint Bit(IReadOnlyList<string> words, string word)
        {
            for (var position = 0; position < words.Count; position++)
            {
                if (words[position] == word)
                {
                    return 1u << position;
                }
            }

            throw Refuse($"{word} is none of {string.Join(", ", words)}");
        }

        private decimal Number(string token) =>
            thresholds.TryGetValue(token, out var threshold) ? threshold
            : decimal.TryParse(token, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number
            : throw Refuse($"{token} is neither a number nor a threshold of the policy");

        private string Comparison() =>
            Any() is "<" or "<=" or ">" or ">=" or "=" or "!="
                ? tokens[next - 1]
                : throw Refuse($"{tokens[next - 1]} compares nothing");

        private string Any() => next < tokens.Count ? tokens[next++] : throw Refuse("it ends too early");

        private bool Take(string token)
        {
            if (next == tokens.Count || tokens[next] != token)
            {
                return false;
            }

            next++;

            return true;
        }

        private void Expect(string token)
        {
            if (!Take(token))
            {
                throw Refuse($"{token} is expected{(next < tokens.Count ? $" before {tokens[next]}" : "")}");
            }
        }

        private InvalidDataException Refuse(string why) => new($"The condition \"{text}\" cannot be read: {why}.");

        private static IEnumerable<string> Tokens(string text)
        {
            for (var at = 0; at < text.Length;)
            {
                var start = at;

                if (char.IsWhiteSpace(text[at]))
                {
                    at++;
                    continue;
                }

                if (IsWord(text[at]))
                {
                    while (at < text.Length && IsWord(text[at]))
                    {
                        at++;
                    }
                }
                else
                {
                    at += text[at] is '<' or '>' or '!' && at + 1 < text.Length && text[at + 1] is '=' ? 2 : 1;
                }

                yield return text[start..at];
            }
        }

        private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';
    }
}
