using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Governance.Compliance.Packs;
using Governance.Compliance.Tests.Reviews;
using Governance.ServiceDefaults;
using Governance.Testing;
using NJsonSchema;

namespace Governance.Compliance.Tests.Packs;

public sealed class PackCheckTests(ComplianceService service) : IClassFixture<ComplianceService>
{
    private const string Schema = "src/Compliance/Packs/pack.schema.json";

    private static readonly Person Ada = new("Ada Admin", [Roles.Administrator], []);

    [Fact]
    public void Every_shipped_pack_passes() =>
        VersionedData.FromResources<PolicyPack>(typeof(PolicyPack).Assembly, "Packs").All.SelectMany(pack => PackCheck.Find(pack.Content)).ShouldBeEmpty();

    /// <summary>The change, as a path and a JSON value, and the member that is to be named with a part of the reason.</summary>
    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { "rules.0.signOffs.0.anyOf.0", "\"astrology\"", "rules[0].signOffs[0].anyOf[0]", "risk" },
        { "rules.0.signOffs.0.anyOf", "[]", "rules[0].signOffs[0].anyOf", "a queue at least" },
        { "rules.0.signOffs.0.anyOf", "[\"risk\", \"risk\"]", "rules[0].signOffs[0].anyOf[1]", "already" },
        { "rules.0.signOffs.0.quorum", "0", "rules[0].signOffs[0].quorum", "1 at least" },
        { "rules.0.signOffs.0.quorum", "6", "rules[0].signOffs[0].quorum", "more than 5 people" },
        { "rules.0.signOffs.0.stage", "0", "rules[0].signOffs[0].stage", "between 1 and 10" },
        { "rules.0.signOffs", "[]", "rules", "approved by nobody" },
        { "rules.0.citations", "[]", "rules[0].citations", "source" },
        { "rules.0.statement", "\" \"", "rules[0].statement", "text" },
        { "rules.1.id", "\"baseline\"", "rules[1]", "already" },
        { "rules.1.id", "\"../etc\"", "rules[1].id", "letters" },
        { "rules.3.obligations.0.date", "\"someday\"", "rules[3].obligations[0].date", "no date" },
        { "rules.3.when.all.0.fact", "\"compliance.mood\"", "rules[3].when.all[0].fact", "no fact" },
        { "rules.3.when.all.0.anyOf.0", "\"astrology\"", "rules[3].when.all[0].anyOf[0]", "no value of" },
        { "rules.3.when.all.0.anyOf.0", "\"@nobody\"", "rules[3].when.all[0].anyOf[0]", "no group" },
        { "rules.3.when.all.0.anyOf.0", "\"@eu\"", "rules[3].when.all[0].anyOf[0]", "no value of" },
        { "rules.3.when.all.0.atLeast", "3", "rules[3].when.all[0].atLeast", "compares numbers" },
        { "rules.3.when.all", "[]", "rules[3].when", "must have a clause" },
        { "rules.3.when", "null", "rules[3].when", "prohibits every case" },
        { "rules.3.prohibits", "null", "rules[3].prohibits", "is needed" },
        { "rules.3.signOffs", "[{\"anyOf\":[\"risk\"]}]", "rules[3].signOffs", "nobody may approve" },
        { "rules.0.tier", "\"extreme\"", "rules[0].tier", "prohibited" },
        { "rules.0.colour", "\"red\"", "rules[0].colour", "not known here" },
        { "groups.eu.0", "\"@gdpr\"", "groups.eu", "through @gdpr" },
        { "groups.eu.0", "\"@nobody\"", "groups.eu[0]", "no group" },
        { "groups.eu", "[]", "groups.eu", "at least one member" },
        { "calendar.1.id", "\"gdpr\"", "calendar[1]", "already" },
        { "calendar.1.source", "\"\"", "calendar[1].source", "text" },
        { "calendar.1.appliesFrom", "\"soon\"", "calendar[1].appliesFrom", "date" },
        { "approvalValidDays.high", "0", "approvalValidDays.high", "between 1" },
        { "approvalValidDays.prohibited", "1", "approvalValidDays.prohibited", "must be 0" },
        { "reviewAgainDays.low", "365", "reviewAgainDays.low", "less than" },
        { "dueHours.low.legal", "0", "dueHours.low.legal", "business hours" },
        { "dueHours.low", "{ \"risk\": 8 }", "dueHours.low.privacy", "business hours" },
        { "escalations.low", "null", "escalations.low", "null" },
        { "escalations.low.remindAtPercent", "[90, 50]", "escalations.low.remindAtPercent[1]", "more than the one before" },
        { "escalations.medium.steps.0.role", "\"cleaner\"", "escalations.medium.steps[0].role", "one of" },
        { "escalations.medium.steps.0.queue", "\"risk\"", "escalations.medium.steps[0]", "either" },
        { "escalations.medium.onNoAnswer.atPercent", "200", "escalations.medium.onNoAnswer.atPercent", "after every step" },
        { "bulkApproval.tiers.0", "\"high\"", "bulkApproval.tiers[0]", "low or medium" },
        { "bulkApproval.precedentFacts", "[]", "bulkApproval.precedentFacts", "precedent for every other" },
        { "bulkApproval.precedentFacts.0", "\"nothing\"", "bulkApproval.precedentFacts[0]", "no fact" },
        { "bulkApproval.mostAtOnce", "0", "bulkApproval.mostAtOnce", "between 1 and 200" },
        { "delegation.mostDays", "0", "delegation.mostDays", "between 1" },
        { "material.0.path", "\"objective.colour\"", "material[0].path", "no fact" },
        { "material.0.bands", "[1]", "material[0].bands", "numbers" },
        { "material.10.bands", "[3, 2]", "material[10].bands", "ascend" },
        { "material.1.dependsOn", "[]", "material[1].dependsOn", "a queue at least" },
        { "material.1.path", "\"objective.statement\"", "material[1]", "already" },
        { "effectiveFrom", "\"2026-11-01T00:00:00Z\"", "effectiveFrom", "seconds ahead" },
        { "version", "\"2027 01\"", "version", "lower-case" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_pack_with_a_mistake_is_refused_with_its_path_and_the_reason(string where, string value, string path, string reason)
    {
        var before = await service.Footprint();
        var answer = (await service.As(Ada).Post("/api/policy-packs", Changed(where, value))).Expect(HttpStatusCode.BadRequest);

        (answer.Json["errors"]![path]?.ToJsonString() ?? answer.Json.ToJsonString()).ShouldContain(reason);
        answer.Json["errors"]![path].ShouldNotBeNull();
        (await service.Footprint()).ShouldBe(before);
    }

    [Fact]
    public async Task Every_shipped_pack_fulfils_the_schema_beside_it_and_a_slip_does_not()
    {
        var schema = await JsonSchema.FromJsonAsync(File.ReadAllText(Path.Combine(Root, Schema)), TestContext.Current.CancellationToken);

        foreach (var pack in Directory.EnumerateFiles(Path.Combine(Root, "src/Compliance/Packs"), "20*.json"))
        {
            schema.Validate(File.ReadAllText(pack)).ShouldBeEmpty(pack);
        }

        schema.Validate(Changed("rules.0.colour", "\"red\"")).ShouldNotBeEmpty();
        schema.Validate(Changed("delegation", "{}")).ShouldNotBeEmpty();
    }

    /// <summary>Editors of packs complete and check what they type with it.</summary>
    [Fact]
    public void The_schema_beside_the_packs_is_what_the_classification_reads()
    {
        var options = new JsonSerializerOptions(Json.Options) { WriteIndented = true };
        var schema = options.GetJsonSchemaAsNode(typeof(PolicyPack), new() { TreatNullObliviousAsNonNullable = true }).ToJsonString(options) + "\n";
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "pack.schema.json"), schema);

        File.ReadAllText(Path.Combine(Root, Schema)).ShouldBe(schema, $"copy pack.schema.json from {AppContext.BaseDirectory} to {Schema}");
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
        var pack = JsonSerializer.SerializeToNode(Known.Pack.Content, Json.Options)!;
        pack["version"] = "2027-01";
        pack["effectiveFrom"] = "2027-01-01T00:00:00+00:00";
        var names = where.Split('.');
        var parent = names[..^1].Aggregate(pack, (node, name) => node is JsonArray list ? list[int.Parse(name, null)]! : node[name]!);

        if (parent is JsonArray items)
        {
            items[int.Parse(names[^1], null)] = JsonNode.Parse(value);
        }
        else
        {
            parent[names[^1]] = JsonNode.Parse(value);
        }

        return pack.ToJsonString();
    }
}
