using Governance.Audit.Erasures;
using Governance.Audit.Holds;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Erasures;

public sealed class LegalHoldDecisionTests
{
    private static readonly DateTimeOffset At = Origin.Moment;

    private static readonly HoldSet ByAdam = new(null, "Payments", "A lawsuit.", "adam", At);

    private static readonly ActingFor Nobody = new(Array.Empty<(string, string)>().ToLookup(tie => tie.Item1, tie => tie.Item2));

    [Fact]
    public void One_administrator_asks_for_the_release_and_another_one_releases()
    {
        new Scenario<LegalHold>(ByAdam).When(new ReleaseHold("adam", "Settled.", Nobody, At).Decide).Then(new ReleaseAsked("adam", "Settled.", At));
        new Scenario<LegalHold>(ByAdam, new ReleaseAsked("adam", "Settled.", At)).When(new ReleaseHold("eva", "Agreed.", Nobody, At).Decide)
            .Then(new Released("adam", "eva", At));
    }

    [Fact]
    public void Nobody_releases_alone_or_through_a_delegate()
    {
        var asked = new Scenario<LegalHold>(ByAdam, new ReleaseAsked("adam", "Settled.", At));

        asked.When(new ReleaseHold("adam", "Again.", Nobody, At).Decide).ThenRefused<NotAllowedException>("another administrator");
        asked.When(new ReleaseHold("eva", "Agreed.", new(new[] { ("eva", "adam") }.ToLookup(tie => tie.Item1, tie => tie.Item2)), At).Decide)
            .ThenRefused<NotAllowedException>("delegation");
    }

    [Fact]
    public void What_is_released_or_unknown_is_not_released()
    {
        new Scenario<LegalHold>(ByAdam, new ReleaseAsked("adam", "Settled.", At), new Released("adam", "eva", At))
            .When(new ReleaseHold("eva", "Again.", Nobody, At).Decide).ThenRefused<RuleViolationException>("already");
        new Scenario<LegalHold>().When(new ReleaseHold("eva", "Again.", Nobody, At).Decide).ThenRefused<NotFoundException>("no such");
    }

    [Fact]
    public void A_hold_covers_its_case_or_all_cases_that_ever_belonged_to_its_unit()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        Fold.Of<LegalHold>(ByAdam).Covers(one, ["Retail", "Payments"]).ShouldBeTrue();
        Fold.Of<LegalHold>(ByAdam).Covers(one, ["Retail"]).ShouldBeFalse();
        Fold.Of<LegalHold>(ByAdam with { UseCaseId = one, BusinessUnit = null }).Covers(one, []).ShouldBeTrue();
        Fold.Of<LegalHold>(ByAdam with { UseCaseId = one, BusinessUnit = null }).Covers(other, ["Payments"]).ShouldBeFalse();
    }
}
