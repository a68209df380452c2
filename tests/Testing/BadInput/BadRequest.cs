using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Governance.Testing.BadInput;

/// <summary>
/// One kind of input that must change nothing, as a row of a corpus file. The body is given as text, as bytes, by a generator, or as
/// one change to a body that would be accepted. A row without a status describes input that is accepted; the path of a bad message is
/// its queue.
/// </summary>
public sealed record BadRequest(
    string Id,
    string What,
    int Status = 201,
    IReadOnlyList<string>? Fields = null,
    string? Text = null,
    string? Hex = null,
    string? Generate = null,
    string? Member = null,
    string? Json = null,
    string? Remove = null,
    string? Returns = null,
    string? ContentType = "application/json",
    string Method = "POST",
    string? Path = null,
    IReadOnlyDictionary<string, string>? Headers = null,
    bool OnlyHttp = false,
    string? Ends = null)
{
    private const string Placeholder = "\"@@@\"";

    /// <summary>The bytes to send, where <paramref name="valid"/> would be accepted.</summary>
    public byte[] Body(JsonObject valid) => this switch
    {
        { Hex: not null } => Convert.FromHexString(Hex.Replace(" ", "", StringComparison.Ordinal)),
        { Text: not null } => Encoding.UTF8.GetBytes(Text),
        { Generate: not null } => Generators.Make(Generate, valid),
        _ => Encoding.UTF8.GetBytes(Changed(valid)),
    };

    /// <summary>What a reader must never find in the answer: the refused value itself, where it is long enough to be recognised.</summary>
    public string? Secret => Json is { Length: > 7 } json && json.StartsWith('"') ? json.Trim('"') : null;

    private string Changed(JsonObject valid)
    {
        var body = (JsonObject)valid.DeepClone();

        if (Remove is not null)
        {
            Locate(body, Remove, (parent, name) => ((JsonObject)parent).Remove(name));
        }

        if (Member is not null)
        {
            Locate(body, Member, (parent, name) =>
            {
                if (parent is JsonArray items)
                {
                    items[int.Parse(name, null)] = "@@@";
                }
                else
                {
                    parent[name] = "@@@";
                }
            });
        }

        return body.ToJsonString().Replace(Placeholder, Json, StringComparison.Ordinal);
    }

    private static void Locate(JsonNode body, string path, Action<JsonNode, string> change)
    {
        var steps = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        var parent = steps[..^1].Aggregate(body, (node, step) =>
            node is JsonArray items ? items[int.Parse(step, null)]! : node[step] ??= new JsonObject());

        change(parent, steps[^1]);
    }
}

/// <summary>The rows of a corpus file that is embedded in a test assembly under <c>bad-input/</c>.</summary>
public sealed class Corpus
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private readonly Dictionary<string, BadRequest> rows;

    private Corpus(IEnumerable<BadRequest> rows) => this.rows = rows.ToDictionary(row => row.Id);

    public BadRequest this[string id] => rows[id];

    public static Corpus In(Assembly assembly, string file)
    {
        using var stream = assembly.GetManifestResourceStream($"bad-input/{file}")
            ?? throw new FileNotFoundException($"{file} is not embedded in {assembly.GetName().Name}.");

        return new(JsonSerializer.Deserialize<List<BadRequest>>(stream, Format)!);
    }

    public TheoryData<string> Where(Func<BadRequest, bool> condition) => new(
        rows.Values.Where(condition).Select(row => new TheoryDataRow<string>(row.Id) { TestDisplayName = $"{row.Id}: {row.What}" }));
}

/// <summary>Bodies too large to write down.</summary>
internal static class Generators
{
    public static byte[] Make(string name, JsonObject valid) => name switch
    {
        "depth-10000" => Utf8($"{{\"title\":{new string('[', 10_000)}{new string(']', 10_000)}}}"),
        "depth-10000-objects" => Utf8($"{string.Concat(Enumerable.Repeat("{\"task\":", 10_000))}1{new string('}', 10_000)}"),
        "depth-10000-open" => Utf8(new string('[', 10_000)),
        "keys-10000" => Utf8($"{{{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"k{i}\":1"))}}}"),
        "keys-100000" => Utf8($"{{{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"k{i}\":1"))}}}"),
        "key-200KB" => Utf8($"{{\"{new string('k', 200_000)}\":1}}"),
        "key-1MB" => Utf8($"{{\"{new string('k', 1 << 20)}\":1}}"),
        "digits-100000" => With(valid, "promptCount", new string('9', 100_000)),
        "summary-4001" => With(valid, "summary", Quoted(4_001)),
        "summary-300KB" => With(valid, "summary", Quoted(300_000)),
        "summary-5MB" => With(valid, "summary", Quoted(5_000_000)),
        "summary-100MB" => With(valid, "summary", Quoted(100_000_000)),
        "items-1001" => With(valid, "benefit", "{\"basis\":\"revenue\",\"claims\":[" + string.Join(',', Enumerable.Repeat("1", 1_001)) + "]}"),
        "spaces-10MB" => Utf8(new string(' ', 10_000_000)),
        "message-types-10000" => With(valid, "messageType", $"[{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"urn:message:None:T{i}\""))}]"),
        "white-space-100KB" => Utf8(new string(' ', 100_000)),
        "utf-16" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(valid.ToJsonString())],
        "utf-16-no-mark" => Encoding.Unicode.GetBytes(valid.ToJsonString()),
        "utf-32" => Encoding.UTF32.GetBytes(valid.ToJsonString()),
        "byte-order-mark" => [.. Encoding.UTF8.Preamble, .. Utf8(valid.ToJsonString())],
        "truncated" => Utf8(valid.ToJsonString())[..^1],
        "truncated-half" => Utf8(valid.ToJsonString())[..600],
        "trailing-garbage" => Utf8(valid.ToJsonString() + "x"),
        "trailing-document" => Utf8(valid.ToJsonString() + valid.ToJsonString()),
        "trailing-nul" => Utf8(valid.ToJsonString() + "\0"),
        "invalid-utf-8" => WithBytes(valid, 0xff),
        "overlong-utf-8" => WithBytes(valid, 0xc0, 0xaf),
        "surrogate-in-utf-8" => WithBytes(valid, 0xed, 0xa0, 0x80),
        "cut-utf-8" => WithBytes(valid, 0xe2, 0x82),
        "above-unicode" => WithBytes(valid, 0xf4, 0x90, 0x80, 0x80),
        "duplicate-key" => Utf8(valid.ToJsonString().Insert(1, "\"title\":\"first\",")),
        "duplicate-key-escaped" => Utf8(valid.ToJsonString().Insert(1, "\"\\u0074itle\":\"first\",")),
        "duplicate-key-nested" => Utf8(valid.ToJsonString().Replace("\"requestsPerMonth\"", "\"requestsPerMonth\":1,\"requestsPerMonth\"", StringComparison.Ordinal)),
        _ => throw new ArgumentException($"There is no generator {name}."),
    };

    private static byte[] With(JsonObject valid, string member, string json)
    {
        var body = (JsonObject)valid.DeepClone();
        body[member] = "@@@";

        return Utf8(body.ToJsonString().Replace("\"@@@\"", json, StringComparison.Ordinal));
    }

    private static byte[] WithBytes(JsonObject valid, params byte[] bytes)
    {
        var text = With(valid, "title", "\"@\"");
        var at = text.AsSpan().IndexOf("\"@\""u8) + 1;

        return [.. text[..at], .. bytes, .. text[(at + 1)..]];
    }

    private static string Quoted(int length) => $"\"{new string('x', length)}\"";

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
