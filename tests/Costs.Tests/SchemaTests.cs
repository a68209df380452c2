using System.Text.Json.Nodes;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Governance.Costs.Tests;

/// <summary>The schemas beside the data are what an editor checks a new version against: they must accept ours and refuse slips.</summary>
public sealed class SchemaTests
{
    private const string Book = "PriceBooks/price-book.schema.json";
    private const string Policy = "Policies/cost-policy.schema.json";

    public static TheoryData<string, string> Shipped =>
    [
        .. Names("PriceBooks/").Select(name => (Book, name)),
        .. Names("Policies/").Select(name => (Policy, name)),
    ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public async Task Every_version_that_ships_fulfils_its_schema(string schema, string name) =>
        (await Mistakes(schema, Read(name))).ShouldBeEmpty();

    [Theory]
    [InlineData("models[0].input", "0", "#/models[0].input")]
    [InlineData("models[0].input", "-1", "#/models[0].input")]
    [InlineData("models[3].tuning.training", "0", "#/models[3].tuning.training")]
    [InlineData("models[0].inputt", "1", "#/models[0].inputt")]
    [InlineData("models", "[]", "#/models")]
    [InlineData("effectiveFrom", "\"soon\"", "#/effectiveFrom")]
    public async Task A_slip_in_a_price_book_is_found_where_it_is(string path, string value, string found) =>
        (await Mistakes(Book, Changed("PriceBooks/2026-11.json", path, value))).ShouldContain(found);

    [Theory]
    [InlineData("prompting.cachedShare.value", "1.1", "#/prompting.cachedShare.value")]
    [InlineData("tuning.retrainEveryMonths.daily.value", "0", "#/tuning.retrainEveryMonths.daily.value")]
    [InlineData("exchangeRates.perEuro.USD", "0", "#/exchangeRates.perEuro.USD")]
    [InlineData("range.drivers[0].low", "0", "#/range.drivers[0].low")]
    [InlineData("range.drivers[0].lines", "[\"no-such-line\"]", "#/range.drivers[0].lines[0]")]
    [InlineData("horizonMonths", "0", "#/horizonMonths")]
    public async Task A_slip_in_a_cost_policy_is_found_where_it_is(string path, string value, string found) =>
        (await Mistakes(Policy, Changed("Policies/2026-11.json", path, value))).ShouldContain(found);

    private static async Task<IEnumerable<string?>> Mistakes(string schema, string json) =>
        (await JsonSchema.FromJsonAsync(Read(schema), TestContext.Current.CancellationToken)).Validate(json)
            .SelectMany(Innermost)
            .Select(e => e.Path);

    /// <summary>Where a member refers to a definition, what is wrong within stands below the member.</summary>
    private static IEnumerable<ValidationError> Innermost(ValidationError error) =>
        error is ChildSchemaValidationError parent ? parent.Errors.Values.SelectMany(e => e).SelectMany(Innermost) : [error];

    private static string Changed(string name, string path, string value)
    {
        var root = JsonNode.Parse(Read(name))!;
        var steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        var parent = steps[..^1].Aggregate(root, (node, step) => step[0] == '[' ? node[int.Parse(step[1..^1], null)]! : node[step]!);
        parent[steps[^1]] = JsonNode.Parse(value);

        return root.ToJsonString();
    }

    private static IEnumerable<string> Names(string folder) =>
        typeof(SchemaTests).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith($"data/{folder}", StringComparison.Ordinal) && !name.EndsWith(".schema.json", StringComparison.Ordinal))
            .Select(name => name["data/".Length..]);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(SchemaTests).Assembly.GetManifestResourceStream($"data/{name}")!);

        return reader.ReadToEnd();
    }
}
