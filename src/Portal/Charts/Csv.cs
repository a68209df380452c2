using System.Globalization;
using System.Text;

namespace Governance.Portal.Charts;

/// <summary>A cell as people read it and as a spreadsheet takes it.</summary>
public sealed record Cell(string Text, decimal? Value = null)
{
    public static implicit operator Cell(string text) => new(text);
}

/// <summary>RFC 4180. No text can become a formula of the spreadsheet that opens it.</summary>
internal static class Csv
{
    public static string Write(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        var sheet = new StringBuilder("\uFEFF");
        Line(sheet, headers.Select(Escape));

        foreach (var row in rows)
        {
            Line(sheet, row.Select(cell => cell.Value is { } number ? number.ToString(CultureInfo.InvariantCulture) : Escape(cell.Text)));
        }

        return sheet.ToString();
    }

    public static string Escape(string text)
    {
        var harmless = text.TrimStart() is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠', ..] || text is ['\t' or '\r' or '\n', ..] ? $"'{text}" : text;

        return $"\"{harmless.Replace("\"", "\"\"")}\"";
    }

    private static void Line(StringBuilder sheet, IEnumerable<string> cells) => sheet.AppendJoin(',', cells).Append("\r\n");
}
