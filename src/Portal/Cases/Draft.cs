using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Portal.Cases;

/// <summary>A submission being written: the very body that is sent, read and changed by path. What is empty is not there.</summary>
public sealed class Draft
{
    private const string Placeholder = "-";

    public JsonObject Body { get; private set; } = [];

    public bool IsEmpty => Body.Count == 0;

    /// <returns>Null, or why the text is no body.</returns>
    public string? Load(string json)
    {
        try
        {
            Body = JsonNode.Parse(json, documentOptions: new() { MaxDepth = Json.MaxDepth, AllowDuplicateProperties = false }) as JsonObject ?? throw new JsonException("An object is needed.");

            return null;
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }

    public void Load(JsonObject body) => Body = (JsonObject)body.DeepClone();

    public void Clear() => Body = [];

    public JsonNode? Get(string path) => Read(Body, path);

    public string Text(string path) => Get(path) switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        var other => other.ToJsonString(),
    };

    public bool? YesNo(string path) => Get(path) is JsonValue value && value.TryGetValue<bool>(out var yes) ? yes : null;

    public IEnumerable<string> Many(string path) =>
        Get(path) is JsonArray items ? items.OfType<JsonValue>().Select(item => item.TryGetValue<string>(out var text) ? text : item.ToJsonString()) : [];

    public int Count(string path) => Get(path) is JsonArray items ? items.Count : 0;

    public void Set(string path, JsonNode? value)
    {
        var steps = Steps(path);
        JsonNode at = Body;

        foreach (var (step, next) in steps.Zip(steps.Skip(1)))
        {
            at = Child(at, step) ?? Grow(at, step, next is int ? new JsonArray() : new JsonObject());
        }

        Put(at, steps[^1], value);
        Prune(Body);
    }

    public void Add(string path) => (Get(path) as JsonArray ?? Grow(path)).Add((JsonNode)new JsonObject());

    public void RemoveAt(string path, int index)
    {
        if (Get(path) is JsonArray items)
        {
            items.RemoveAt(index);

            if (items.Count == 0)
            {
                Set(path, null);
            }
        }
    }

    /// <summary>Required questions that have no answer yet.</summary>
    public IEnumerable<Field> Missing() =>
        Fields.Sections.SelectMany(section => section.Fields).Where(field => field.Required && Get(field.Path) is null);

    /// <summary>What the API would object to, by path: the same rules on the same types.</summary>
    public IReadOnlyDictionary<string, string[]> Check()
    {
        List<FieldError> errors = [.. Missing().Select(field => new FieldError(field.Path, "is required."))];

        if (errors.Count == 0)
        {
            var (facts, refused) = Read();
            errors = facts is null ? [.. refused] : [.. FactRules.Check(facts)];
        }

        return errors.GroupBy(error => error.Field).ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray());
    }

    public UseCaseFacts? Facts() => Read().Facts;

    /// <summary>
    /// The body with the words that no rule reads filled in, so that an estimate can start before the last sentence is written; null
    /// while a figure it needs is missing.
    /// </summary>
    public JsonObject? ForEstimate(string businessUnit)
    {
        var copy = new Draft();
        copy.Load(Body);

        foreach (var path in (string[])["title", "summary", "objective.statement"])
        {
            if (copy.Get(path) is null)
            {
                copy.Set(path, Placeholder);
            }
        }

        if (copy.Get("businessUnit") is null)
        {
            copy.Set("businessUnit", businessUnit);
        }

        return copy.Check().Count == 0 ? copy.Body : null;
    }

    /// <summary>A number as the API writes it, or as the bus does: in quotes.</summary>
    public static decimal? Number(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<decimal>(out var number) => number,
        JsonValue value when value.TryGetValue<string>(out var text)
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var quoted) => quoted,
        _ => null,
    };

    public static JsonNode? Read(JsonNode? node, string path) => Steps(path).Aggregate(node, Child);

    private (UseCaseFacts? Facts, IReadOnlyList<FieldError> Refused) Read()
    {
        try
        {
            return (RequestBody.Parse<UseCaseFacts>(JsonSerializer.SerializeToUtf8Bytes(Body)), []);
        }
        catch (InvalidRequestException e)
        {
            return (null, e.Errors);
        }
    }

    private JsonArray Grow(string path)
    {
        var items = new JsonArray();
        var steps = Steps(path);
        JsonNode at = Body;

        foreach (var step in steps[..^1])
        {
            at = Child(at, step) ?? Grow(at, step, new JsonObject());
        }

        Put(at, steps[^1], items);

        return items;
    }

    private static object[] Steps(string path) =>
    [
        .. path.Replace("]", "").Split('.').SelectMany(part => part.Split('[')).Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? (object)index : part),
    ];

    private static JsonNode? Child(JsonNode? node, object step) => (node, step) switch
    {
        (JsonObject parent, string name) => parent[name],
        (JsonArray items, int index) when index < items.Count => items[index],
        _ => null,
    };

    private static JsonNode Grow(JsonNode node, object step, JsonNode child)
    {
        Put(node, step, child);

        return child;
    }

    private static void Put(JsonNode node, object step, JsonNode? value)
    {
        switch (node, step)
        {
            case (JsonObject parent, string name) when value is null:
                parent.Remove(name);
                break;
            case (JsonObject parent, string name):
                parent[name] = value;
                break;
            case (JsonArray items, int index) when index < items.Count:
                items[index] = value;
                break;
        }
    }

    /// <summary>An object all of whose answers were taken back is unknown again, not empty.</summary>
    private static void Prune(JsonObject parent)
    {
        foreach (var (name, child) in parent.ToArray())
        {
            if (child is JsonObject inner)
            {
                Prune(inner);

                if (inner.Count == 0)
                {
                    parent.Remove(name);
                }
            }
        }
    }
}
