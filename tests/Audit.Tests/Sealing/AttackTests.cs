using Governance.Audit.Sealing;
using Governance.Contracts;
using Governance.Ledger;
using Governance.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Governance.Audit.Tests.Sealing;

/// <summary>
/// The database belongs to the attacker: every attack changes its tables directly, at many places, and the verification must find it
/// and say where. What the attacker does not have is the signer's key, its memory, or an anchor, unless the attack says so.
/// </summary>
public sealed class AttackTests(AttackedLedger ledger) : IClassFixture<AttackedLedger>
{
    private const int Places = 15;

    /// <summary>Name, statement and the findings that count; $1 is the position attacked.</summary>
    public static TheoryData<string, string, string[]> Attacks => new()
    {
        { "T1 the content of a fact", "update fact set data = replace(data, '\"revision\":1', '\"revision\":7') where event_id = at($1) and data like '%\"revision\":1%'", ["fact-changed"] },
        { "T1 a character of a fact", "update fact set data = overlay(data placing 'x' from 12) where event_id = at($1)", ["fact-changed"] },
        { "T2 who acted", "update fact set actor = 'mallory' where event_id = at($1)", ["fact-changed"] },
        { "T2 in which role", "update fact set actor_role = 'risk-reviewer-2' where event_id = at($1)", ["fact-changed"] },
        { "T2 when", "update fact set recorded_at = recorded_at - interval '1 microsecond' where event_id = at($1)", ["fact-changed"] },
        { "T2 from when on", "update fact set effective_at = effective_at + interval '1 day' where event_id = at($1)", ["fact-changed"] },
        { "T2 when it was heard", "update fact set received_at = received_at - interval '1 second' where event_id = at($1)", ["fact-changed"] },
        { "T2 why", "update fact set causation = gen_random_uuid() where event_id = at($1)", ["fact-changed"] },
        { "T2 within which story", "update fact set correlation = gen_random_uuid() where event_id = at($1)", ["fact-changed"] },
        { "T2 about which case", "update fact set use_case_id = gen_random_uuid() where event_id = at($1)", ["fact-changed"] },
        { "T2 about which revision", "update fact set revision = revision + 1 where event_id = at($1)", ["fact-changed"] },
        { "T2 by which service", "update fact set service = 'nobody' where event_id = at($1)", ["fact-changed", "chain-broken"] },
        { "T3 a fact is deleted", "delete from fact where event_id = at($1)", ["fact-missing"] },
        { "T3 a fact and its leaf are deleted", "delete from fact where event_id = at($1); delete from leaf where position = $1", ["leaf-missing", "truncated"] },
        { "T4 and the rest renumbered", "delete from fact where event_id = at($1); delete from leaf where position = $1; update leaf set position = -position where position > $1; update leaf set position = -position - 1 where position < 0", ["root-differs", "chain-broken", "truncated"] },
        { "T5 two leaves change places", "select swap($1)", ["root-differs"] },
        { "T5 two facts change places", "select swap_facts($1)", ["fact-changed", "chain-broken"] },
        { "T6 a fact without a leaf", "insert into fact select gen_random_uuid(), contract, use_case_id, revision, service, gen_random_uuid(), 1, 0, actor, actor_role, correlation, causation, effective_at, recorded_at, received_at, data from fact where event_id = at($1)", ["fact-not-sealed"] },
        { "T6 a leaf of its own making at the end", "with made as (insert into fact select gen_random_uuid(), contract, use_case_id, revision, service, gen_random_uuid(), 1, 0, actor, actor_role, correlation, causation, effective_at, recorded_at, received_at, data from fact where event_id = at($1) returning event_id) insert into leaf(position, event_id, hash) select (select max(position) + 1 from leaf), event_id, sha256('x') from made", ["fact-changed"] },
        { "T8 the end is cut off with its checkpoints", "delete from fact where event_id in (select event_id from leaf where position >= $1); delete from leaf where position >= $1; delete from checkpoint where size > $1", ["truncated"] },
        { "T12 a personal value without an erasure", "delete from personal where event_id = at($1)", ["personal-missing"] },
        { "T12 another personal value", "update personal set value = '\"harmless\"' where event_id = at($1)", ["personal-changed"] },
        { "T12 another salt", "update personal set salt = sha256(salt) where event_id = at($1)", ["personal-changed"] },
        { "T12 a value nobody committed to", "insert into personal values (at($1), '/invented', '\\x00', '1')", ["personal-surplus"] },
        { "T14 a decision moved to another case", "with other as (select f.use_case_id from fact f join leaf l on l.event_id = f.event_id where l.position <> $1 and f.use_case_id <> (select use_case_id from fact where event_id = at($1)) limit 1) update fact f set use_case_id = other.use_case_id from other where f.event_id = at($1)", ["fact-changed"] },
        { "T17 another contract name", "update fact set contract = 'governance.other.v1' where event_id = at($1)", ["fact-changed"] },
        { "T21 another leaf hash", "update leaf set hash = sha256(hash) where position = $1", ["fact-changed", "root-differs"] },
        { "T23 a checkpoint with another note", "update checkpoint set note = 'x' || note where size > $1", ["checkpoint-changed"] },
        { "T23 a checkpoint under another size", "update checkpoint set size = size + 1000 where size = (select min(size) from checkpoint where size > $1)", ["checkpoint-changed"] },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task An_attack_on_the_database_is_found_and_located(string attack, string statement, string[] findings)
    {
        var chance = new Random(attack.Sum(letter => letter));

        for (var i = 0; i < Places; i++)
        {
            var position = chance.Next(ledger.Size - 1);
            var changed = await ledger.Attack(statement, position);

            if (changed == 0)
            {
                i--; // Nothing to attack there.

                continue;
            }

            var report = await ledger.Verify();
            await ledger.Restore();

            report.Findings.ShouldNotBeEmpty($"{attack} at {position}");
            report.Findings.Select(finding => finding.Code).Intersect(findings).ShouldNotBeEmpty($"{attack} at {position}: {report.Findings[0].Message}");
            report.Findings.ShouldAllBe(finding => finding.Position == null || finding.Position <= Math.Max(position + 1, ledger.Size));
        }

        (await ledger.Verify()).Findings.ShouldBeEmpty("nothing is wrong once all is as it was");
    }

    [Fact]
    public async Task T3_A_leaf_that_is_gone_is_named_once_and_hides_nothing_after_it()
    {
        await ledger.Attack("delete from fact where event_id = at($1); delete from leaf where position = $1", 5);
        await ledger.Attack("update fact set actor = 'mallory' where event_id = at($1)", 30);

        var report = await ledger.Verify();
        await ledger.Restore();

        report.Findings.Where(finding => finding.Code is "leaf-missing" or "truncated").ShouldHaveSingleItem().Position.ShouldBe(5);
        report.Findings.ShouldContain(finding => finding.Code == "fact-changed" && finding.Position == 30);
        report.Leaves.ShouldBe(ledger.Size - 1);
    }

    [Fact]
    public async Task T8_A_ledger_without_its_end_is_named_once_by_each_who_signed_for_it()
    {
        await ledger.Attack("delete from fact where event_id in (select event_id from leaf where position >= $1); delete from leaf where position >= $1", 20);

        var report = await ledger.Verify();
        await ledger.Restore();

        report.Findings.Where(finding => finding.Code == "truncated").ShouldAllBe(finding => finding.Position == 20);
        report.Findings.Count(finding => finding.Code == "truncated" && finding.Message.Contains("stored checkpoints", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task T4_A_history_rewritten_with_all_hashes_recomputed_lacks_the_signature()
    {
        for (var i = 0; i < 5; i++)
        {
            await ledger.Rewrite(position: 7 * (i + 1));
            var report = await ledger.Verify();
            await ledger.Restore();

            report.Findings.ShouldAllBe(finding => finding.Code == "root-differs");
            var first = report.Findings.Min(finding => finding.Position)!.Value;
            first.ShouldBeLessThanOrEqualTo(7 * (i + 1));
        }
    }

    [Fact]
    public async Task T9_A_rewritten_history_gets_no_further_signature()
    {
        await ledger.Rewrite(position: 3);
        var tree = await ledger.Tree();
        var signer = ledger.Signer();

        Should.Throw<LedgerException>(() => signer.Sign(new(signer.Last.Origin, tree.Size, tree.Root()), [])).Code.ShouldBe("forked");
        await ledger.Restore();
    }

    [Fact]
    public async Task T8_A_shortened_ledger_gets_no_further_signature()
    {
        await ledger.Attack("delete from fact where event_id in (select event_id from leaf where position >= $1); delete from leaf where position >= $1; delete from checkpoint", 20);
        var tree = await ledger.Tree();
        var signer = ledger.Signer();

        Should.Throw<LedgerException>(() => signer.Sign(new(signer.Last.Origin, tree.Size, tree.Root()), [])).Code.ShouldBe("shrunk");
        await ledger.Restore();
    }

    [Fact]
    public void A_signer_without_its_memory_signs_nothing_for_a_ledger_that_has_leaves() =>
        Should.Throw<LedgerException>(() => Signer.Open(new("x", Directory.CreateTempSubdirectory("governance-test-").FullName), isNew: false))
            .Code.ShouldBe("signer-without-memory");

    [Fact]
    public async Task T10_An_auditor_who_was_shown_another_tree_finds_out_from_the_checkpoint_he_kept()
    {
        var real = ledger.Signer().LastNote;
        var shown = ledger.StolenKey().Sign(new Checkpoint(ledger.Signer().Last.Origin, ledger.Size, Merkle.LeafHash([0])).ToString());

        shown.VerifiedBy(ledger.Signer().Keys);
        var report = await ledger.Verify([("the signer", real.ToString()), ("the auditor", shown.ToString())]);

        report.Findings.ShouldHaveSingleItem().Message.ShouldContain("the auditor");
    }

    [Fact]
    public async Task T16_Without_its_trigger_what_is_recorded_is_sealed_all_the_same()
    {
        await using var audit = new AuditService(ledger.Server);
        await audit.InitializeAsync();
        await using (var command = audit.Database.CreateCommand("alter table pending disable trigger all"))
        {
            await command.ExecuteNonQueryAsync();
        }

        (await audit.Publish(Messages.Submitted(Guid.CreateVersion7()))).Fault.ShouldBeNull();

        (await audit.Sealed()).Size.ShouldBe(1);
    }

    [Fact]
    public async Task T11_With_the_key_and_the_database_stolen_an_anchor_still_tells()
    {
        var anchored = ledger.Signer().LastNote.ToString();
        await ledger.Rewrite(position: 11);
        var tree = await ledger.Tree();
        var forged = ledger.StolenKey().Sign(new Checkpoint(ledger.Signer().Last.Origin, tree.Size, tree.Root()).ToString()).ToString();
        await ledger.Attack($"delete from checkpoint; insert into checkpoint(size, note) values ({tree.Size}, '{forged}')", 0);

        var blind = await ledger.Verify([("the signer", forged)]);
        var anchors = await ledger.Verify([("the signer", forged), ("the anchor", anchored)]);
        await ledger.Restore();

        blind.Findings.ShouldBeEmpty("whoever has the key and everything it ever signed has the ledger");
        anchors.Findings.ShouldHaveSingleItem().Message.ShouldContain("the anchor");
    }
}

/// <summary>An honest ledger of some seventy facts that can be attacked and put back.</summary>
public sealed class AttackedLedger(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly string[] Tables = ["fact", "personal", "pending", "leaf", "checkpoint"];

    private readonly AuditService audit = new(postgres);

    public int Size { get; private set; }

    public PostgresServer Server => postgres;

    public async ValueTask InitializeAsync()
    {
        await audit.InitializeAsync();

        for (var i = 0; i < 12; i++)
        {
            var id = Guid.CreateVersion7();
            IGovernanceEvent[] facts =
                [Messages.Submitted(id), Messages.Readiness(id), Messages.Forecast(id), Messages.Revised(id, 2), Messages.ReviewOpened(id), Messages.Withdrawn(id) with { Revision = 3 }];

            foreach (var fact in facts)
            {
                (await audit.Publish(fact)).Fault.ShouldBeNull();
            }

            await audit.Sealed();
        }

        Size = (int)(await audit.Sealed()).Size;
        await audit.Execute("""
            create function at(wanted bigint) returns uuid language sql as 'select event_id from leaf where position = wanted';
            create function swap(p bigint) returns void language plpgsql as $$
            begin
                update leaf set position = -1 where position = p;
                update leaf set position = p where position = p + 1;
                update leaf set position = p + 1 where position = -1;
            end $$;
            create function swap_facts(p bigint) returns void language plpgsql as $$
            declare a uuid := at(p); b uuid := at(p + 1);
            begin
                update leaf set event_id = gen_random_uuid() where position = p;
                update leaf set event_id = a where position = p + 1;
                update leaf set event_id = b where position = p;
            end $$;
            """);

        foreach (var table in Tables)
        {
            await audit.Execute($"create table saved_{table} as select * from {table}");
        }
    }

    public ValueTask DisposeAsync() => audit.DisposeAsync();

    /// <returns>How many rows it changed.</returns>
    public async Task<int> Attack(string statements, long position)
    {
        var changed = 0;

        foreach (var statement in statements.Split("; "))
        {
            await using var command = audit.Database.CreateCommand(statement);

            if (statement.Contains("$1", StringComparison.Ordinal))
            {
                command.Parameters.AddWithValue(position);
            }

            changed += Math.Abs(await command.ExecuteNonQueryAsync());
        }

        return changed;
    }

    public async Task Restore()
    {
        foreach (var table in Tables)
        {
            await audit.Execute($"delete from {table}; insert into {table} {(table is "pending" ? "overriding system value " : "")}select * from saved_{table}");
        }
    }

    public Task<LedgerReport> Verify() => Verify([("the signer", Signer().LastNote.ToString())]);

    internal Task<LedgerReport> Verify(IReadOnlyList<(string Keeper, string Note)> notes) =>
        audit.Services.GetRequiredService<LedgerCheck>().Run(new(Signer().Keys, notes), CancellationToken.None);

    internal Signer Signer() => Audit.Sealing.Signer.Open(audit.Services.GetRequiredService<LedgerSettings>(), isNew: false);

    /// <summary>The tree an attacker's database would show to a sealer that starts.</summary>
    public async Task<LedgerTree> Tree()
    {
        var tree = new LedgerTree(audit.Database);
        await tree.Load(CancellationToken.None);

        return tree;
    }

    public NoteSigner StolenKey() => new(Signer().Last.Origin, Convert.FromBase64String(File.ReadAllText(Path.Combine(audit.Folder, "signing-key"))));

    /// <summary>Changes one fact and recomputes every hash from there on, as somebody would who knows the format.</summary>
    public async Task Rewrite(long position)
    {
        await Attack("update fact set actor = 'mallory' where event_id = at($1)", position);
        var hashes = new Dictionary<(string, Guid, long), byte[]>();
        var rows = new List<(long Position, Leaf Leaf)>();
        await using (var command = audit.Database.CreateCommand(
            $"select {LedgerTables.LeafColumns}, l.position from leaf l join fact f on f.event_id = l.event_id order by l.position"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                rows.Add((reader.GetInt64(LedgerTables.LeafColumnCount), LedgerTables.ReadLeaf(reader, Signer().Last.Origin)));
            }
        }

        foreach (var (at, leaf) in rows)
        {
            var hash = leaf.Hash(leaf.Previous == 0 ? null : hashes[(leaf.Service, leaf.Stream, leaf.Previous)]);
            hashes[(leaf.Service, leaf.Stream, leaf.Version)] = hash;
            await using var update = audit.Database.CreateCommand("update leaf set hash = $2 where position = $1");
            update.Parameters.AddWithValue(at);
            update.Parameters.AddWithValue(hash);
            await update.ExecuteNonQueryAsync();
        }
    }
}
