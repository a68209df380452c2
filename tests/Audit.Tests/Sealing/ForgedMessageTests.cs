using System.Text;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Sealing;

/// <summary>The broker belongs to the attacker, who reads and sends whatever he likes; the key of the services he does not have.</summary>
public sealed class ForgedMessageTests(AuditService audit) : IClassFixture<AuditService>
{
    private readonly Guid id = Guid.CreateVersion7();

    public static TheoryData<string, Action<JsonObject>> Changes => new()
    {
        { "what is said", envelope => envelope["message"]!["number"] = "UC-2026-0043" },
        { "which contract it is", envelope => envelope["messageType"]![0] = "governance:use-case-revised:v1" },
        { "who acted", envelope => envelope["headers"]!["gov-actor"] = "mallory" },
        { "when", envelope => envelope["headers"]!["gov-recorded-at"] = "2026-11-19T09:00:00.0000000+00:00" },
        { "whose stream it belongs to", envelope => envelope["headers"]!["gov-stream"] = Guid.CreateVersion7().ToString() },
        { "the story", envelope => envelope["correlationId"] = Guid.CreateVersion7().ToString() },
        { "under another id", envelope => envelope["messageId"] = Guid.CreateVersion7().ToString() },
        { "only the order of members", envelope => { var first = envelope["headers"]!.DeepClone(); envelope.Remove("headers"); envelope.Insert(0, "headers", first); } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task T19_A_message_changed_on_its_way_is_set_aside_and_the_real_one_still_recorded(string what, Action<JsonObject> change)
    {
        var envelope = Wire.Envelope(Messages.Submitted(id));
        var sent = envelope.ToJsonString();
        var code = audit.Mac.Of(Encoding.UTF8.GetBytes(sent));
        change(envelope);

        await ShouldRefuse(envelope, code, what);

        (await audit.Send(sent, code)).Fault.ShouldBeNull();
        (await Recorded()).ShouldBe(1);
    }

    [Fact]
    public async Task T19_A_message_of_the_attacker_s_own_making_is_set_aside()
    {
        var envelope = Wire.Envelope(Messages.Submitted(id));
        var stolen = audit.Mac.Of(Encoding.UTF8.GetBytes(Wire.Envelope(Messages.Submitted(id)).ToJsonString()));

        await ShouldRefuse(envelope, null, "without a code");
        await ShouldRefuse(envelope, stolen, "with the code of another message");
        await ShouldRefuse(envelope, new MessageMac(new byte[32]).Of(Encoding.UTF8.GetBytes(envelope.ToJsonString())), "with the code of another key");
    }

    private async Task ShouldRefuse(JsonObject envelope, string? code, string what)
    {
        var failed = audit.Traffic.ErrorQueue.Count;

        var delivery = await audit.Send(envelope.ToJsonString(), code);

        delivery.Fault.ShouldBeOfType<ContractViolationException>(what).Message.ShouldContain("changed on its way");
        await Eventually.Until(() => audit.Traffic.ErrorQueue.Count > failed, what: "the message in the error queue");
        (await Recorded()).ShouldBe(0, what);
    }

    private Task<long> Recorded() => audit.Count($"fact where use_case_id = '{id}'");
}
