using System.Net;
using System.Text.Json;
using Governance.Audit.Sealing;
using Governance.Audit.Trail;
using Governance.Ledger;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Evidence;

public sealed class ExportTests(AuditService audit) : IClassFixture<AuditService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task An_export_holds_every_sealed_fact_and_adds_up_to_the_signed_root()
    {
        await RealCase.Publish(audit, id);
        await audit.Sealed();

        var (facts, checkpoint) = await Export("");

        var tree = new MerkleTree();
        facts.ForEach(fact => tree.Append(Merkle.LeafHash(CanonicalJson.Write(fact.GetProperty("leaf")))));
        (tree.Size, Convert.ToBase64String(tree.Root())).ShouldBe((checkpoint.Size, Convert.ToBase64String(checkpoint.Root)));
        facts.Select(fact => fact.GetProperty("position").GetInt64()).ShouldBe(Enumerable.Range(0, facts.Count).Select(i => (long)i));
        facts.ShouldAllBe(fact => fact.GetProperty("leafHash").GetString() == Convert.ToBase64String(Merkle.LeafHash(CanonicalJson.Write(fact.GetProperty("leaf")))));
        var submitted = facts.First(fact => About(fact) == id && fact.GetProperty("personal").GetArrayLength() > 0);
        PersonalMembers.CommitmentsIn(submitted.GetProperty("leaf").GetProperty("data")).Keys.ShouldContain(submitted.GetProperty("personal")[0].GetProperty("path").GetString()!);
    }

    [Fact]
    public async Task An_export_can_be_of_a_period_and_go_on_from_a_position()
    {
        await RealCase.Publish(audit, id);
        await audit.Sealed();
        var own = (await audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}?pageSize=200")).Items;
        var last = own.Max(fact => fact.Position!.Value);

        (await Export($"?position={last}")).Facts.Select(fact => fact.GetProperty("position").GetInt64()).ShouldContain(last);
        (await Export($"?position={last}")).Facts.ShouldAllBe(fact => fact.GetProperty("position").GetInt64() >= last);
        (await Export($"?from={Time(Origin.Moment)}&to={Time(Origin.Moment.AddDays(1))}")).Facts.Count(fact => About(fact) == id).ShouldBe(own.Count);
        (await Export($"?to={Time(Origin.Moment)}")).Facts.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_cases_of_an_export_are_recorded_as_read_together()
    {
        await audit.Publish(Messages.Submitted(id));
        await audit.Publish(Messages.Submitted(Guid.CreateVersion7()));
        await audit.Sealed();

        await Export("");

        await audit.Footprint();
        var reading = (await audit.Read<Page<RecordedFact>>("/api/audit/reads?pageSize=200")).Items.Where(Names).ShouldHaveSingleItem();
        reading.Data.GetProperty("reading").GetString().ShouldBe("export");
        reading.Data.GetProperty("useCaseIds").GetArrayLength().ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task Who_has_read_a_case_alone_or_with_others_can_be_asked_by_case()
    {
        await audit.Publish(Messages.Submitted(id));
        await audit.Sealed();
        var last = (await audit.Read<Page<RecordedFact>>($"/api/audit/use-cases/{id}")).Items.ShouldHaveSingleItem().Position;
        await audit.Publish(Messages.Submitted(Guid.CreateVersion7()));
        await audit.Sealed();
        await Export($"?position={last + 1}");
        await Export($"?position={last}");
        await audit.Footprint();

        var reads = await audit.Read<Page<RecordedFact>>($"/api/audit/reads?useCase={id}");

        reads.Items.Select(read => read.Data.GetProperty("reading").GetString()).ShouldBe(["trail", "export"]);
        reads.Items.Count(Names).ShouldBe(1, "the other export was of other cases");
        (await audit.As(Roles.Auditor).Get("/api/audit/reads?useCase=x")).ExpectProblem(HttpStatusCode.BadRequest, "useCase", "useCase");
    }

    [Theory]
    [InlineData("?from=2026-11-20T09:00:00Z&to=2026-11-20T09:00:00Z", "to")]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?position=-1", "position")]
    public async Task An_export_of_nothing_is_refused(string question, string field) =>
        (await audit.As(Roles.Auditor).Get($"/api/audit/export{question}")).ExpectProblem(HttpStatusCode.BadRequest, field, field);

    private async Task<(List<JsonElement> Facts, Checkpoint Checkpoint)> Export(string question)
    {
        var lines = (await audit.As(Roles.Auditor).Get($"/api/audit/export{question}")).Expect(HttpStatusCode.OK).Body
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        var note = SignedNote.Parse(lines[^1].GetProperty("checkpoint").GetString()!);
        note.VerifiedBy((await audit.Read<CheckpointView>("/api/audit/checkpoint")).Keys.Select(NoteKey.Parse));

        return (lines[..^1], Checkpoint.Parse(note.Text));
    }

    private static Guid? About(JsonElement fact) =>
        fact.GetProperty("leaf").GetProperty("useCaseId").TryGetGuid(out var about) ? about : null;

    private static string Time(DateTimeOffset moment) => Uri.EscapeDataString(moment.ToString("O"));

    private bool Names(RecordedFact reading) =>
        reading.Data.TryGetProperty("useCaseIds", out var cases) && cases.EnumerateArray().Any(about => about.GetGuid() == id);
}
