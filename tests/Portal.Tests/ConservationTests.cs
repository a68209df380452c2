namespace Governance.Portal.Tests;

public sealed class ConservationTests
{
    private const string Submitted = "governance.use-case-submitted.v1";

    private static readonly string[] Subscribers = ["data-readiness", "costs", "strategy", "audit"];

    [Fact]
    public void Nothing_is_wrong_when_every_subscriber_has_applied_what_was_sent_a_minute_ago() =>
        Conservation.Judge(Flows(sent: 7, applied: 6), Flows(sent: 9, applied: 7)).ShouldBeEmpty();

    [Fact]
    public void What_one_subscriber_lacks_a_minute_later_is_named()
    {
        var imbalance = Conservation.Judge(Flows(sent: 7, applied: 7), Flows(sent: 7, applied: 7, lacking: "costs")).ShouldHaveSingleItem();

        imbalance.ShouldBe(new(Submitted, "costs", Sent: 7, Applied: 6));
        imbalance.Describe().ShouldContain("requeue costs");
    }

    [Fact]
    public void More_applied_than_ever_sent_is_named_too() =>
        Conservation.Judge(Flows(sent: 7, applied: 8), Flows(sent: 7, applied: 8)).Select(i => i.Subscriber).Order().ShouldBe(Subscribers.Order());

    [Fact]
    public void A_service_that_does_not_answer_is_not_judged()
    {
        var now = Flows(sent: 7, applied: 7);
        now.Remove("costs");

        Conservation.Judge(Flows(sent: 7, applied: 7), now).ShouldBeEmpty();
    }

    private static Dictionary<string, FlowCounts> Flows(long sent, long applied, string? lacking = null)
    {
        var flows = Subscribers.ToDictionary(name => name, name => Counts([], new() { [Submitted] = name == lacking ? applied - 1 : applied }));
        flows["intake"] = Counts(new() { [Submitted] = sent }, []);

        return flows;
    }

    private static FlowCounts Counts(Dictionary<string, long> sent, Dictionary<string, long> applied) => new(0, sent.Values.Sum(), 0, sent, applied);
}
