using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;

namespace Governance.Portal.Cases;

/// <summary>One case of a file: what would be sent, and what the API would object to, by path.</summary>
public sealed record ImportRow(int Number, Draft Draft, IReadOnlyDictionary<string, string[]> Errors)
{
    public bool IsValid => Errors.Count == 0;

    /// <summary>The same content is the same submission, however often the file is read.</summary>
    public string Key => $"import-{Canonical.Hash(Draft.Body)}";
}

/// <summary>A file that cannot be read at all, with the remedy.</summary>
public sealed class ImportException(string message) : Exception(message);

/// <summary>
/// Reads many cases from JSON (one body or a list of them) or CSV (RFC 4180; the header names the paths of the body; lists are
/// separated by semicolons, an empty cell is unknown and the word none an empty list).
/// </summary>
public static class ImportFile
{
    public const int MostRows = 500;
    public const int MostBytes = 1024 * 1024;

    private const string EmptyList = "none";

    public static IReadOnlyList<ImportRow> Read(string name, string text)
    {
        var bodies = name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? FromCsv(text) : FromJson(text);

        return bodies.Count switch
        {
            0 => throw new ImportException("The file holds no case."),
            > MostRows => throw new ImportException($"The file holds more than {MostRows} cases; split it."),
            _ => [.. bodies.Select((row, i) => new ImportRow(i + 1, row.Draft, row.Errors.Count > 0 ? row.Errors : row.Draft.Check()))],
        };
    }

    /// <summary>The header of a file with every question.</summary>
    public static string Template() => $"{string.Join(',', Columns())}\r\n";

    public static IEnumerable<string> Columns() => Fields.Sections.SelectMany(section => section.Fields).SelectMany(field => field.Kind switch
    {
        FieldKind.Money => (string[])[$"{field.Path}.amount", $"{field.Path}.currency"],
        FieldKind.Components or FieldKind.Claims => [],
        _ => [field.Path],
    });

    private static List<(Draft Draft, Dictionary<string, string[]> Errors)> FromJson(string text)
    {
        try
        {
            var root = JsonNode.Parse(text, documentOptions: new() { MaxDepth = Json.MaxDepth, AllowDuplicateProperties = false });
            IEnumerable<JsonNode?> items = root switch
            {
                JsonArray list => list,
                JsonObject one => [one],
                _ => throw new ImportException("A JSON file holds one case or a list of cases."),
            };

            return
            [
                .. items.Select(item =>
                {
                    var draft = new Draft();
                    draft.Load(item as JsonObject ?? throw new ImportException("Each case of a list must be an object."));

                    return (draft, new Dictionary<string, string[]>());
                }),
            ];
        }
        catch (JsonException e)
        {
            throw new ImportException($"The file is no JSON: {e.Message}");
        }
    }

    private static List<(Draft Draft, Dictionary<string, string[]> Errors)> FromCsv(string text)
    {
        var lines = Cells(text.TrimStart('\uFEFF'));

        if (lines is not [var header, .. var rows])
        {
            throw new ImportException("The file has no header.");
        }

        if (header.Except(Columns()).FirstOrDefault() is { } unknown)
        {
            throw new ImportException($"The column \"{unknown}\" is none of the questions; take the template's header.");
        }

        if (header.Distinct().Count() < header.Count)
        {
            throw new ImportException("A column stands twice in the header.");
        }

        return [.. rows.Select(cells => Row(header, cells))];
    }

    private static (Draft Draft, Dictionary<string, string[]> Errors) Row(List<string> header, List<string> cells)
    {
        var draft = new Draft();
        var errors = new Dictionary<string, string[]>();

        if (cells.Count != header.Count)
        {
            errors[header[0]] = [$"the row has {cells.Count} cells, the header {header.Count}."];
        }

        foreach (var (path, cell) in header.Zip(cells).Where(pair => pair.Second.Trim().Length > 0))
        {
            if (Value(path, cell.Trim()) is { } value)
            {
                draft.Set(path, value);
            }
            else
            {
                errors[path] = [Fields.At(path)!.Kind is FieldKind.YesNo ? "must be true or false." : "must be a number, such as 1500.5."];
            }
        }

        return (draft, errors);
    }

    private static JsonNode? Value(string path, string cell) => Fields.At(path)!.Kind switch
    {
        FieldKind.YesNo => cell.ToLowerInvariant() switch { "true" or "yes" => JsonValue.Create(true), "false" or "no" => JsonValue.Create(false), _ => null },
        FieldKind.Number or FieldKind.Whole => Number(cell),
        FieldKind.Money when path.EndsWith(".amount", StringComparison.Ordinal) => Number(cell),
        FieldKind.Many or FieldKind.Codes when cell == EmptyList => new JsonArray(),
        FieldKind.Many or FieldKind.Codes => new JsonArray([.. cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => (JsonNode)JsonValue.Create(item))]),
        _ => JsonValue.Create(cell),
    };

    private static JsonValue? Number(string cell) =>
        decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : null;

    private static List<List<string>> Cells(string text)
    {
        List<List<string>> lines = [];
        List<string> line = [];
        var cell = new StringBuilder();
        var quoted = false;

        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    cell.Append('"');
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    Next();
                    break;
                case '\r' when !quoted:
                    break;
                case '\n' when !quoted:
                    EndLine();
                    break;
                case var c:
                    cell.Append(c);
                    break;
            }
        }

        EndLine();

        return quoted ? throw new ImportException("A quotation mark is never closed.") : lines;

        void Next()
        {
            line.Add(cell.ToString());
            cell.Clear();
        }

        void EndLine()
        {
            Next();

            if (line.Any(text => text.Length > 0))
            {
                lines.Add(line);
            }

            line = [];
        }
    }
}
