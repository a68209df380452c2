using System.Globalization;
using System.Text;

namespace Governance.Portal.Shell;

/// <summary>Makes characters visible that would reorder or hide the text around them.</summary>
internal static class Plain
{
    public static string Text(string? text)
    {
        if (text is null || !text.Any(IsInvisible))
        {
            return text ?? "";
        }

        var plain = new StringBuilder(text.Length + 8);

        foreach (var c in text)
        {
            _ = IsInvisible(c) ? plain.Append(CultureInfo.InvariantCulture, $"⟨U+{(int)c:X4}⟩") : plain.Append(c);
        }

        return plain.ToString();
    }

    private static bool IsInvisible(char c) =>
        c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C' or (>= '\u200B' and <= '\u200D') or '\uFEFF'
        || (char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
}
