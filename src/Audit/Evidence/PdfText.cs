using System.Globalization;
using System.Text;

namespace Governance.Audit.Evidence;

/// <summary>
/// A PDF of headings and wrapped lines in the fonts every reader has (ISO 32000-1, standard 14 fonts), A4. Text is drawn, never
/// interpreted: there is no script, link or form in it. Characters outside of Windows-1252 appear as a question mark.
/// </summary>
internal sealed class PdfText
{
    private const int LineHeight = 13, Left = 50, Top = 800, Bottom = 50, MostCharacters = 96;

    private static readonly Encoding Latin = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private readonly List<StringBuilder> pages = [];
    private int y;

    public PdfText(string title) => Write(title, "F2", size: 16, MostCharacters / 2);

    public void Heading(string text)
    {
        Line("");
        Write(text, "F2", size: 12, MostCharacters);
    }

    public void Line(string text) => Write(text, "F1", size: 9, MostCharacters);

    public byte[] ToBytes()
    {
        var file = new MemoryStream();
        var offsets = new List<long>();
        var pageIds = string.Join(' ', pages.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{5 + (2 * i)} 0 R")));
        Put("%PDF-1.4\n");
        Object("<< /Type /Catalog /Pages 2 0 R >>");
        Object(string.Create(CultureInfo.InvariantCulture, $"<< /Type /Pages /Kids [{pageIds}] /Count {pages.Count} >>"));
        Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
        Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>");

        for (var i = 0; i < pages.Count; i++)
        {
            Object(string.Create(
                CultureInfo.InvariantCulture,
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {6 + (2 * i)} 0 R >>"));
            var content = pages[i].ToString();
            Object(string.Create(CultureInfo.InvariantCulture, $"<< /Length {Latin.GetByteCount(content)} >>\nstream\n{content}\nendstream"));
        }

        var table = file.Position;
        Put(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n"));
        offsets.ForEach(offset => Put(string.Create(CultureInfo.InvariantCulture, $"{offset:0000000000} 00000 n \n")));
        Put(string.Create(CultureInfo.InvariantCulture, $"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"));

        return file.ToArray();

        void Object(string body)
        {
            offsets.Add(file.Position);
            Put(string.Create(CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n{body}\nendobj\n"));
        }

        void Put(string text) => file.Write(Latin.GetBytes(text));
    }

    private void Write(string text, string font, int size, int width)
    {
        foreach (var line in Wrapped(text, width))
        {
            if (pages.Count == 0 || y < Bottom)
            {
                pages.Add(new());
                y = Top;
            }

            pages[^1].Append(CultureInfo.InvariantCulture, $"BT /{font} {size} Tf {Left} {y} Td ({Escaped(line)}) Tj ET\n");
            y -= Math.Max(LineHeight, size + 6);
        }
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        for (var rest = text; ;)
        {
            if (rest.Length <= width)
            {
                yield return rest;
                yield break;
            }

            var space = rest.LastIndexOf(' ', width);
            var at = space > width / 2 ? space : width;
            yield return rest[..at];
            rest = $"      {rest[at..].TrimStart()}";
        }
    }

    private static string Escaped(string line) => string.Concat(line.Select(c => c switch
    {
        '(' or ')' or '\\' => $"\\{c}",
        < ' ' => " ",
        _ => c.ToString(),
    }));
}
