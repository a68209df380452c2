using Governance.Contracts;

namespace Governance.Strategy.Engine;

/// <summary>What little is read from free text: never its meaning, only its length and which known words it holds.</summary>
internal static class Texts
{
    public static int CountWords(string text)
    {
        var words = 0;
        var inside = false;

        foreach (var c in text)
        {
            var letter = char.IsLetterOrDigit(c);
            words += letter && !inside ? 1 : 0;
            inside = letter || (inside && !char.IsWhiteSpace(c));
        }

        return words;
    }

    public static bool HasDigit(string text)
    {
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A heading that names another domain than the declared one is a label to distrust, not a fact.</summary>
    public static bool NamesOtherDomain(
        string title, Domain declared, IReadOnlyDictionary<Domain, IReadOnlyList<string>> words)
    {
        var other = false;

        foreach (var (domain, names) in words)
        {
            if (HasAnyWord(title, names))
            {
                if (domain == declared)
                {
                    return false;
                }

                other = true;
            }
        }

        return other;
    }

    public static bool Mentions(UseCaseFacts facts, IReadOnlyList<string> words) =>
        HasAnyWord(facts.Title, words) || HasAnyWord(facts.Summary, words) || HasAnyWord(facts.Objective.Statement, words);

    private static bool HasAnyWord(string text, IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (HasWord(text, words[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + word.Length;

            if ((at is 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }
}
