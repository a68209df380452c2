using System.Text.Json;

namespace Governance.Local.Tests;

public sealed class BrokerTests
{
    [Theory]
    [InlineData("""{"properties":{"headers":{"MT-Fault-Message":"no such\nmodel"}}}""", "no such model")]
    [InlineData("""{"properties":{"headers":{"MT-Reason":"skipped"}}}""", "skipped")]
    [InlineData("""{"properties":{"headers":{"x-first-death-queue":"costs","x-first-death-reason":"delivery_limit"}}}""", "delivery_limit in costs")]
    [InlineData("""{"properties":{"headers":{}}}""", null)]
    [InlineData("""{"properties":[]}""", null)]
    public void The_reason_of_a_failed_message_is_in_its_headers(string message, string? reason) =>
        Broker.ReasonFrom(JsonDocument.Parse(message).RootElement).ShouldBe(reason);

    [Fact]
    public void Every_reason_for_failures_is_told_once_the_most_frequent_first() =>
        Broker.Reasons(JsonDocument.Parse("""
            [{"properties":{"headers":{"MT-Fault-Message":"no price"}}}, {"properties":[]},
             {"properties":{"headers":{"MT-Fault-Message":"no model"}}}, {"properties":{"headers":{"MT-Fault-Message":"no model"}}}]
            """).RootElement).ShouldBe(["no model (2 times)", "no price"]);

    [Theory]
    [InlineData("costs", false)]
    [InlineData("costs_error", true)]
    [InlineData("costs_skipped", true)]
    [InlineData("governance.dead-letter", true)]
    public void Failures_lie_in_queues_of_their_own(string queue, bool failures) => Broker.HoldsFailures(queue).ShouldBe(failures);

    [Theory]
    [InlineData("classic", "{}", true, true)]
    [InlineData("quorum", "{}", false, true)]
    [InlineData("quorum", "{}", true, false)]
    [InlineData("quorum", """{"x-delivery-limit":100}""", false, false)]
    [InlineData("quorum", """{"x-delivery-limit":-1}""", true, true)]
    [InlineData("quorum", """{"x-delivery-limit":100,"x-dead-letter-exchange":"governance.dead-letter"}""", true, true)]
    public void Nobody_looks_where_looking_counts_as_a_failed_delivery(string type, string arguments, bool limitsByDefault, bool may) =>
        new Broker.Queue("costs_error", type, 1, 0, JsonDocument.Parse(arguments).RootElement).MayBeLookedInto(limitsByDefault).ShouldBe(may);

    [Theory]
    [InlineData("costs", true)]
    [InlineData("costs_error", true)]
    [InlineData("costs-report", false)]
    [InlineData(null, false)]
    public void A_dead_letter_belongs_to_the_service_in_whose_queue_it_died(string? queue, bool belongs) =>
        Requeue.DiedIn("costs", queue).ShouldBe(belongs);

    [Fact]
    public void A_message_goes_back_without_the_marks_of_its_failure() =>
        Requeue.WithoutFailure(new Dictionary<string, object?> { ["MT-Fault-Message"] = "x", ["x-death"] = "x", ["gov-version"] = 3 })!
            .Keys.ShouldBe(["gov-version"]);
}
