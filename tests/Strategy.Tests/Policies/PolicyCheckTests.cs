using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Governance.ServiceDefaults;
using Governance.Strategy.Policies;
using Governance.Testing;

namespace Governance.Strategy.Tests.Policies;

public sealed class PolicyCheckTests(StrategyService service) : IClassFixture<StrategyService>
{
    private const string Schema = "src/Strategy/Policies/policy.schema.json";

    private static readonly Person Ada = new("Ada Admin", [Roles.Administrator], []);

    [Fact]
    public void The_shipped_policy_passes() => PolicyCheck.Find(Engine.Policy.Content).ShouldBeEmpty();

    /// <summary>The change, as a path and a JSON value, and the member that is to be named with a part of the reason.</summary>
    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { "factors.1.cases.0.when", "\"recommendation = fine-tuning\"", "factors[1].cases[0].when", "cycle" },
        { "gates.0.holds", "\"points > 3\"", "gates[0].holds", "cycle" },
        { "decision.fullTuningWhen", "\"tuning = full\"", "decision.fullTuningWhen", "cycle" },
        { "checklist.questions.2.when", "\"wouldTune\"", "checklist.questions[2].when", "cycle" },
        { "factors.1.cases.0.when", "\"costs.breakEvenMonth < 12\"", "factors[1].cases[0].when", "no flip could foresee" },
        { "gates.0.holds", "\"readiness = ready\"", "gates[0].holds", "no flip could foresee" },
        { "decision.hybridWhen", "\"costs.hybrid < 1000\"", "decision.hybridWhen", "no flip could foresee" },
        { "factors.1.cases.0.when", "\"requestsPerFortnight > 3\"", "factors[1].cases[0].when", "requestsPerFortnight" },
        { "factors.1.cases.0.when", "\"volume.requestsPerMonth < T99\"", "factors[1].cases[0].when", "T99" },
        { "factors.0.cases.0.because", "\"It costs {money}.\"", "factors[0].cases[0].because", "money" },
        { "factors.0.weight", "-1", "factors[0].weight", "between 0 and 1000" },
        { "factors.0.cases.0.score", "1.01", "factors[0].cases[0].score", "between -1 and 1" },
        { "factors.3.id", "\"F01\"", "factors[3]", "already" },
        { "factors.3.citations.0", "\"S9\"", "factors[3].citations[0]", "no source" },
        { "conflicts.0.factors.0", "\"F99\"", "conflicts[0].factors[0]", "no factor" },
        { "conflicts.0.rules.0", "\"R99\"", "conflicts[0].rules[0]", "no rule" },
        { "checklist.majority", "3", "checklist.majority", "more than half" },
        { "checklist.majority", "8", "checklist.majority", "number of questions" },
        { "confidence.facts.domain", "0", "confidence.facts.domain", "between 1 and 1000" },
        { "confidence.facts.mood", "3", "confidence.facts.mood", "no fact" },
        { "flips.choices.0", "\"domain\"", "flips.choices[0]", "no fact with answers" },
        { "framework.1.step", "5", "framework[1].step", "count the steps" },
        { "thresholds.0.upTo", "1", "thresholds[0].upTo", "not be less" },
        { "rules.0.when", "\"(((\"", "rules[0].when", "too early" },
        { "factors.0.weight", "\"heavy\"", "factors[0].weight", "number" },
        { "factors.0.colour", "\"red\"", "factors[0].colour", "not known here" },
        { "wording.domainWords.astrology", "[\"stars\"]", "wording.domainWords.astrology", "not known here" },
        { "decision", "null", "decision", "null" },
        { "effectiveFrom", "\"yesterday\"", "effectiveFrom", "moment" },
        { "version", "\"../../etc\"", "version", "lower-case" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_policy_with_a_mistake_is_refused_with_its_path_and_the_reason(string where, string value, string path, string reason)
    {
        var before = await service.Footprint();
        var answer = (await service.As(Ada).Post("/api/policies", Changed(where, value))).Expect(HttpStatusCode.BadRequest);

        answer.Json["errors"]![path]!.ToJsonString().ShouldContain(reason);
        (await service.Footprint()).ShouldBe(before);
    }

    [Fact]
    public async Task A_policy_whose_factors_all_weigh_nothing_is_refused()
    {
        var policy = JsonNode.Parse(Changed("version", "\"2027-01\""))!;

        foreach (var factor in policy["factors"]!.AsArray())
        {
            factor!["weight"] = 0;
        }

        (await service.As(Ada).Post("/api/policies", policy.ToJsonString())).ExpectProblem(HttpStatusCode.BadRequest, "weight", "factors");
    }

    [Fact]
    public async Task A_condition_nested_without_end_is_refused_before_it_is_read() =>
        (await service.As(Ada).Post("/api/policies", Changed("rules.0.when", $"\"{new string('(', 100_000)}\"")))
            .ExpectProblem(HttpStatusCode.BadRequest, "longer than 2000", "rules[0].when");

    /// <summary>Editors of policies complete and check what they type with it.</summary>
    [Fact]
    public void The_schema_beside_the_policies_is_what_the_engine_reads()
    {
        var options = new JsonSerializerOptions(Json.Options) { WriteIndented = true };
        var schema = options.GetJsonSchemaAsNode(typeof(StrategyPolicy), new() { TreatNullObliviousAsNonNullable = true }).ToJsonString(options) + "\n";
        var file = Path.Combine(Root, Schema);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "policy.schema.json"), schema);

        File.ReadAllText(file).ShouldBe(schema, $"copy policy.schema.json from {AppContext.BaseDirectory} to {Schema}");
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);

            while (!File.Exists(Path.Combine(folder.FullName, "Governance.sln")))
            {
                folder = folder.Parent!;
            }

            return folder.FullName;
        }
    }

    private static string Changed(string where, string value)
    {
        var policy = JsonSerializer.SerializeToNode(Engine.Policy.Content, Json.Options)!;
        policy["version"] = "2027-01";
        policy["effectiveFrom"] = "2027-01-01T00:00:00+00:00";
        var names = where.Split('.');
        var parent = names[..^1].Aggregate(policy, (node, name) => node is JsonArray list ? list[int.Parse(name, null)]! : node[name]!);

        if (parent is JsonArray items)
        {
            items[int.Parse(names[^1], null)] = JsonNode.Parse(value);
        }
        else
        {
            parent[names[^1]] = JsonNode.Parse(value);
        }

        return policy.ToJsonString();
    }
}
