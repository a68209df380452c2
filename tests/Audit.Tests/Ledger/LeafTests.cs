using System.Buffers;
using System.Text;
using Governance.Ledger;

namespace Governance.Audit.Tests.Ledger;

public sealed class LeafTests
{
    private static readonly Guid Id = new("0192f1c0-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset Moment = new DateTimeOffset(2026, 11, 22, 22, 42, 13, TimeSpan.Zero).AddMicroseconds(464_312);

    private static readonly Leaf Leaf = new(
        "gov.example/audit", Id, "governance.use-case-withdrawn.v1", Id, 2, "intake", Id, 3, 2, "ada \"x\"", "portfolio-manager",
        Id, Id, Moment.AddSeconds(-1), Moment, Moment.AddSeconds(1), """{"$sd":{"/reason":"abc"},"revision":2}""");

    /// <summary>The example of the format's description, computed independently of this code.</summary>
    [Fact]
    public void The_commitment_and_the_leaf_hash_of_the_published_example_come_out()
    {
        var salt = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();

        new Disclosure("/rationale/author", salt, "\"Ada Lovelace\"").Commitment().ShouldBe("Jg4lLq6p4860im72CsPqHcrGtetVlG1n7sGJsWG42lU");

        using var example = CanonicalJson.Parse("""
            {"v":1,"version":1,"type":"compliance_approved","tenant":"acme","streamType":"compliance-review","stream":"UC-1","prev":"",
             "recordedAt":"2026-11-22T22:42:13.464312Z","log":"gov.example/audit","eventId":"0192f1c0-0000-7000-8000-000000000001",
             "data":{"verdict":"approved","useCaseId":"UC-1","policyVersion":"2026-11",
                     "$sd":{"/rationale/author":"Jg4lLq6p4860im72CsPqHcrGtetVlG1n7sGJsWG42lU"}},
             "correlation":"","causation":"",
             "actor":{"sub":"b6e5f0d2-0001-4a5b-8c6d-000000000001","iss":"https://kc.example/realms/gov","azp":"gov-portal","acr":"2"}}
            """);

        Convert.ToHexStringLower(Merkle.LeafHash(CanonicalJson.Write(example.RootElement)))
            .ShouldBe("99419af83b452d401185042b52910b870a09d8ddc3fa60ae9625eac7a39c16bb");
    }

    [Fact]
    public void A_leaf_is_written_in_canonical_form()
    {
        var bytes = new ArrayBufferWriter<byte>();
        Leaf.Write(Merkle.EmptyRoot, bytes);

        using var parsed = CanonicalJson.ParseCanonical(bytes.WrittenMemory, "The leaf");

        Encoding.UTF8.GetString(bytes.WrittenSpan).ShouldBe("""
            {"actor":{"role":"portfolio-manager","sub":"ada \"x\""},"causation":"0192f1c0-0000-7000-8000-000000000001","contract":"governance.use-case-withdrawn.v1","correlation":"0192f1c0-0000-7000-8000-000000000001","data":{"$sd":{"/reason":"abc"},"revision":2},"effectiveAt":"2026-11-22T22:42:12.464312Z","eventId":"0192f1c0-0000-7000-8000-000000000001","log":"gov.example/audit","prev":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","previous":2,"receivedAt":"2026-11-22T22:42:14.464312Z","recordedAt":"2026-11-22T22:42:13.464312Z","revision":2,"service":"intake","stream":"0192f1c0-0000-7000-8000-000000000001","useCaseId":"0192f1c0-0000-7000-8000-000000000001","v":1,"version":3}
            """);
    }

    [Fact]
    public void No_member_can_change_without_the_hash()
    {
        var other = Guid.CreateVersion7();
        var hash = Leaf.Hash(Merkle.EmptyRoot);
        Leaf[] changed =
        [
            Leaf with { Log = "other" }, Leaf with { EventId = other }, Leaf with { Contract = "other" }, Leaf with { UseCaseId = null },
            Leaf with { Revision = 3 }, Leaf with { Service = "costs" }, Leaf with { Stream = other }, Leaf with { Version = 4 },
            Leaf with { Previous = 1 }, Leaf with { Actor = "bob" }, Leaf with { ActorRole = "auditor" }, Leaf with { Correlation = other },
            Leaf with { Causation = other }, Leaf with { EffectiveAt = Moment }, Leaf with { RecordedAt = Moment.AddMicroseconds(1) },
            Leaf with { ReceivedAt = Moment }, Leaf with { Data = "{}" },
        ];

        changed.Length.ShouldBe(typeof(Leaf).GetConstructors().Max(c => c.GetParameters().Length));
        changed.ShouldAllBe(leaf => !leaf.Hash(Merkle.EmptyRoot).SequenceEqual(hash));
        Leaf.Hash(null).ShouldNotBe(hash);
    }

    [Fact]
    public void Personal_members_leave_the_leaf_and_come_back_from_beside_it()
    {
        var rules = new PersonalMembers(IsPersonal: false, new Dictionary<string, PersonalMembers>
        {
            ["reason"] = PersonalMembers.All,
            ["note"] = PersonalMembers.All,
            ["parts"] = new(IsPersonal: false, new Dictionary<string, PersonalMembers> { ["name"] = PersonalMembers.All, ["share"] = PersonalMembers.None }),
        });
        using var fact = CanonicalJson.Parse("""{"reason":"secret","note":null,"parts":[{"name":"a","share":"0.5"},{"name":"b","share":"0.5"}],"x/y":{"later":1}}""");

        var (data, disclosures) = rules.Split(fact.RootElement, () => new byte[32]);

        disclosures.Select(d => (d.Path, d.Value)).ShouldBe(
            [("/parts/0/name", "\"a\""), ("/parts/1/name", "\"b\""), ("/reason", "\"secret\""), ("/x~1y", """{"later":1}""")]);
        data.ShouldNotContain("secret");
        using var leaf = CanonicalJson.Parse(data);
        PersonalMembers.CommitmentsIn(leaf.RootElement).ShouldBe(disclosures.ToDictionary(d => d.Path, d => d.Commitment()), ignoreOrder: true);
        using var whole = CanonicalJson.Parse(PersonalMembers.Join(data, disclosures).ToJsonString());
        CanonicalJson.WriteText(whole.RootElement).ShouldBe(CanonicalJson.WriteText(fact.RootElement));
        PersonalMembers.Join(data, disclosures.Where(d => d.Path != "/reason")).ContainsKey("reason").ShouldBeFalse();
    }

    [Fact]
    public void A_fact_that_brings_commitments_of_its_own_is_refused()
    {
        using var fact = CanonicalJson.Parse("""{"a":{"$sd":{}}}""");

        Should.Throw<LedgerException>(() => PersonalMembers.None.Split(fact.RootElement, () => new byte[32]));
    }
}
