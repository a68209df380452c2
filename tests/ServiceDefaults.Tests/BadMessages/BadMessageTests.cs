using System.Text;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.Testing;
using Governance.Testing.BadInput;
using Microsoft.Extensions.Time.Testing;

namespace Governance.ServiceDefaults.Tests.BadMessages;

/// <summary>Every kind of message in the corpus ends where an operator finds it, with the reason, and holds up nothing.</summary>
public sealed class BadMessageTests(PlatformOnRabbitMq platform) : IClassFixture<PlatformOnRabbitMq>
{
    private const string MassTransitJson = "application/vnd.masstransit+json";

    private static readonly Corpus Messages = Corpus.In(typeof(BadMessageTests).Assembly, "messages.json");

    public static TheoryData<string> AllMessages => Messages.Where(_ => true);

    [Theory]
    [MemberData(nameof(AllMessages))]
    public async Task A_bad_message_ends_where_it_belongs_and_the_next_good_one_is_applied(string id)
    {
        var row = Messages[id];
        var queue = row.Path!;
        var before = await platform.Applied(queue);
        var body = row.Body(Good());

        await platform.Send(queue, body, row.ContentType is "application/json" or null ? MassTransitJson : row.ContentType);

        if (row.Ends is "applied")
        {
            before++;
            await Eventually.Until(async () => await platform.Applied(queue) == before, what: "the message to be applied");
        }
        else
        {
            var (found, reason) = await platform.Take($"{queue}_{row.Ends}");
            found.ShouldBe(body);
            reason.ShouldNotBeNullOrWhiteSpace();
        }

        await platform.Send(queue, Bytes(Good()), MassTransitJson);
        await Eventually.Until(async () => await platform.Applied(queue) > before, what: "the good message to be applied");

        (await platform.Applied(queue)).ShouldBe(before + 1);
        (await platform.Failures()).ShouldBe(0);
    }

    [Theory]
    [InlineData("audit")]
    [InlineData("data-readiness")]
    public async Task A_message_under_the_id_of_an_earlier_one_is_absorbed_whatever_it_says(string queue)
    {
        var id = Guid.CreateVersion7();
        var before = await platform.Applied(queue);
        await platform.Send(queue, Bytes(Good(id)), MassTransitJson);
        await Eventually.Until(async () => await platform.Applied(queue) == before + 1);

        await platform.Send(queue, Bytes(Good(id)), MassTransitJson);
        await platform.Send(queue, Bytes(Good()), MassTransitJson);
        await Eventually.Until(async () => await platform.Applied(queue) >= before + 2);

        (await platform.Applied(queue)).ShouldBe(before + 2);
        (await platform.Failures()).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_fact_in_the_place_of_a_recorded_one_is_set_aside()
    {
        var first = Good();
        var forged = Good();
        forged["headers"]!["gov-stream"] = first["headers"]!["gov-stream"]!.DeepClone();
        var before = await platform.Applied("audit");

        await platform.Send("audit", Bytes(first), MassTransitJson);
        await Eventually.Until(async () => await platform.Applied("audit") == before + 1);
        await platform.Send("audit", Bytes(forged), MassTransitJson);

        (await platform.Take("audit_error")).Reason.ShouldNotBeNullOrWhiteSpace();
        (await platform.Applied("audit")).ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_message_that_was_changed_on_the_broker_is_set_aside_and_as_it_was_sent_it_is_recorded()
    {
        var useCase = Guid.CreateVersion7();
        var submitted = Bytes(Submission(useCase));
        var earlier = Guid.CreateVersion7();
        await platform.Send("data-readiness", Bytes(Submission(earlier)), MassTransitJson);
        await Eventually.Until(() => platform.Recorded("data-readiness", earlier), recorded => recorded == 1, what: "an earlier message to arrive");
        var assessed = await platform.Intercept("audit", useCase.ToString(), () => platform.Send("data-readiness", submitted, MassTransitJson));
        var forged = JsonNode.Parse(assessed.Body.Span)!;
        forged["message"]!["readiness"]!["score"] = 1;

        await platform.Forward("audit", assessed, Encoding.UTF8.GetBytes(forged.ToJsonString()));

        (await platform.Take("audit_error")).Reason.ShouldNotBeNull().ShouldContain("changed on its way");
        (await platform.Recorded("data-readiness", useCase)).ShouldBe(0);

        await platform.Forward("audit", assessed, assessed.Body.ToArray());
        await Eventually.Until(() => platform.Recorded("data-readiness", useCase), recorded => recorded == 1, what: "the message to be recorded");
        (await platform.Failures()).ShouldBe(0);
    }

    [Fact]
    public async Task A_failed_message_whose_texts_are_erased_can_be_given_to_its_service_again_but_a_forged_one_stays_refused()
    {
        var useCase = Guid.CreateVersion7();
        var before = await platform.Applied("data-readiness");
        var (forged, authentic) = (Failing(), Failing());
        await platform.Send("data-readiness", forged, MassTransitJson, PlatformOnRabbitMq.Mac.Of(authentic));
        await Eventually.Until(platform.Failures, failures => failures == 1, what: "the forged message to be set aside");
        await platform.SendFailed("data-readiness", authentic, MassTransitJson);

        (await platform.Blank(new(useCase, 1, DateTimeOffset.MaxValue, Everything: true, [], []))).Count.ShouldBe(2);
        (await platform.Requeue("data-readiness")).ShouldBe(2);

        await Eventually.Until(() => platform.Applied("data-readiness"), applied => applied == before + 1, what: "the authentic message to be applied");
        var (body, reason) = await platform.Take("data-readiness_error");
        reason.ShouldNotBeNull().ShouldContain("changed on its way");
        Encoding.UTF8.GetString(body).ShouldNotContain("Zanzibar");
        (await platform.Failures()).ShouldBe(0);

        byte[] Failing() => Bytes(Submission(useCase, "Zanzibar"));
    }

    [Fact]
    public async Task Erasures_that_go_through_the_failed_messages_at_once_overlook_none()
    {
        Guid[] cases = [.. Enumerable.Range(0, 8).Select(_ => Guid.CreateVersion7())];
        await platform.Send("data-readiness", Messages["G165b"].Body(Good()), MassTransitJson);
        await platform.Take("data-readiness_error");

        foreach (var useCase in cases.SelectMany(useCase => Enumerable.Repeat(useCase, 4)))
        {
            await platform.SendFailed("data-readiness", Bytes(Submission(useCase, "Zanzibar")), MassTransitJson);
        }

        await platform.BlankAtOnce(cases.Select(useCase => new ErasedScope(useCase, 1, DateTimeOffset.MaxValue, Everything: true, [], [])));

        for (var left = cases.Length * 4; left > 0; left--)
        {
            Encoding.UTF8.GetString((await platform.Take("data-readiness_error")).Body).ShouldNotContain("Zanzibar");
        }

        (await platform.Failures()).ShouldBe(0);
    }

    [Fact]
    public async Task A_broker_that_falls_silent_during_an_erasure_is_given_up_and_no_failed_message_is_lost()
    {
        var scope = new ErasedScope(Guid.CreateVersion7(), 1, DateTimeOffset.MaxValue, Everything: true, [], []);
        var clock = new FakeTimeProvider();
        await platform.Send("data-readiness", Messages["G165b"].Body(Good()), MassTransitJson);
        await platform.Take("data-readiness_error");
        await platform.SendFailed("data-readiness", Bytes(Submission(scope.UseCaseId, "Zanzibar")), MassTransitJson);
        await using var line = platform.Line();
        var dead = line.GoDeadAt(PersonalTexts.Mask);

        var erasing = platform.Blank(scope, line.Address, clock);
        await dead;
        clock.Advance(FailedMessages.LongestSilence);

        Faults.IsInfrastructure(await Should.ThrowAsync<IOException>(erasing)).ShouldBeTrue();
        (await platform.Blank(scope)).ShouldHaveSingleItem();
        Encoding.UTF8.GetString((await platform.Take("data-readiness_error")).Body).ShouldNotContain("Zanzibar");
        (await platform.Failures()).ShouldBe(0);
    }

    [Fact]
    public async Task A_thousand_bad_messages_among_a_thousand_good_ones_cost_none_of_these()
    {
        var before = await platform.Applied("audit");
        string[] kinds = ["G161", "G162", "G164", "G165b", "G171", "G172"];

        for (var i = 0; i < 1_000; i++)
        {
            await platform.Send("audit", Messages[kinds[i % kinds.Length]].Body(Good()), MassTransitJson);
            await platform.Send("audit", Bytes(Good()), MassTransitJson);
        }

        await Eventually.Until(async () => await platform.Applied("audit") == before + 1_000, TimeSpan.FromMinutes(2), "all good messages");

        await Eventually.Until(platform.Failures, failures => failures == 1_000, what: "all bad messages to be set aside");
        await platform.Empty("audit_error");
        (await platform.Applied("audit")).ShouldBe(before + 1_000);
    }

    private static JsonObject Good(Guid? id = null) => Submission(Guid.CreateVersion7(), id: id);

    private static JsonObject Submission(Guid useCase, string title = "Letters", Guid? id = null) =>
        Wire.Envelope(new UseCaseSubmitted(useCase, 1, "UC-2026-0042", Facts.Example with { Title = title }), messageId: id);

    private static byte[] Bytes(JsonObject envelope) => Encoding.UTF8.GetBytes(envelope.ToJsonString());
}
