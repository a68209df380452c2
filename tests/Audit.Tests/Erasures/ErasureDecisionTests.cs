using Governance.Audit.Erasures;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Audit.Tests.Erasures;

public sealed class ErasureDecisionTests
{
    private static readonly DateTimeOffset At = Origin.Moment;

    private static readonly Guid UseCase = Guid.CreateVersion7();

    private static readonly ErasureInput OfCase = new(ErasureSubject.UseCase, ErasureGround.NoLongerNeeded, "The project is over.", UseCase);

    private static readonly CaseScope Found = new(UseCase, "UC-2026-0042", ["Payments"], new(1, At, true, []), [Value("/facts/title", "\"Letters\"")]);

    private static readonly Requested ByPia = new(ErasureSubject.UseCase, UseCase, null, ErasureGround.NoLongerNeeded, "The project is over.", "pia", 1, At);

    [Fact]
    public void An_erasure_is_asked_for_with_ground_and_reason() =>
        new Scenario<Erasure>().When(new RequestErasure(OfCase, "pia", 1, [Found], [], null, At).Decide).Then(ByPia);

    [Fact]
    public void Nobody_asks_for_the_erasure_of_own_texts() =>
        new Scenario<Erasure>().When(new RequestErasure(OfCase with { Subject = ErasureSubject.Account, UseCaseId = null, Account = "pia" }, "pia", 1, [Found], [], null, At).Decide)
            .ThenRefused<NotAllowedException>("somebody else");

    [Fact]
    public void A_legal_hold_refuses_it_and_is_named()
    {
        var hold = Guid.CreateVersion7();

        new Scenario<Erasure>().When(new RequestErasure(OfCase, "pia", 1, [Found], [hold], null, At).Decide).ThenRefused<RuleViolationException>(hold.ToString());
        new Scenario<Erasure>(ByPia).When(new ApproveErasure("adam", Nobody, [hold], At).Decide).ThenRefused<RuleViolationException>(hold.ToString());
    }

    [Fact]
    public void There_must_be_something_to_erase_that_nobody_has_asked_for_yet()
    {
        var open = Guid.CreateVersion7();

        new Scenario<Erasure>().When(new RequestErasure(OfCase, "pia", 1, [], [], null, At).Decide).ThenRefused<RuleViolationException>("no personal text");
        new Scenario<Erasure>().When(new RequestErasure(OfCase, "pia", 1, [Found], [], open, At).Decide).ThenRefused<RuleViolationException>(open.ToString());
    }

    [Fact]
    public void Of_an_account_that_wrote_nothing_other_things_may_be_kept()
    {
        var ofAccount = OfCase with { Subject = ErasureSubject.Account, UseCaseId = null, Account = "mona" };

        new Scenario<Erasure>().When(new RequestErasure(ofAccount, "pia", 1, [], [], null, At).Decide)
            .Then(ByPia with { Subject = ErasureSubject.Account, UseCaseId = null, Account = "mona" });
    }

    [Fact]
    public void A_second_person_approves_or_refuses()
    {
        new Scenario<Erasure>(ByPia).When(new ApproveErasure("adam", Nobody, [], At).Decide).Then(new ApprovedBy("adam", At));
        new Scenario<Erasure>(ByPia).When(new RefuseErasure("adam", "Still needed.", Nobody, At).Decide).Then(new RefusedBy("adam", "Still needed.", At));
    }

    [Fact]
    public void Whoever_asked_does_not_decide()
    {
        new Scenario<Erasure>(ByPia).When(new ApproveErasure("pia", Nobody, [], At).Decide).ThenRefused<NotAllowedException>("You asked");
        new Scenario<Erasure>(ByPia).When(new RefuseErasure("pia", "No.", Nobody, At).Decide).ThenRefused<NotAllowedException>("You asked");
    }

    [Theory]
    [InlineData("adam", "pia", "pia acts for nobody, adam for pia")]
    [InlineData("pia", "adam", "pia acts for adam")]
    [InlineData("pia", "carl", "both act for carl", "adam", "carl")]
    public void Two_accounts_that_delegation_makes_one_are_one_pair_of_eyes(string by, string from, string because, string? by2 = null, string? from2 = null)
    {
        (string By, string For)[] ties = by2 is null ? [(by, from)] : [(by, from), (by2, from2!)];

        new Scenario<Erasure>(ByPia).When(new ApproveErasure("adam", new(ties.ToLookup(tie => tie.By, tie => tie.For)), [], At).Decide)
            .ThenRefused<NotAllowedException>("delegation");
        because.ShouldNotBeEmpty();
    }

    [Fact]
    public void What_the_watch_asks_for_takes_two_people()
    {
        var asked = ByPia with { By = ExecuteErasures.Actor, Approvals = 2 };
        var once = new Scenario<Erasure>(asked, new ApprovedBy("adam", At));

        Fold.Of<Erasure>(asked, new ApprovedBy("adam", At)).Progress.ShouldBe(ErasureProgress.Requested);
        once.When(new ApproveErasure("adam", Nobody, [], At).Decide).ThenRefused<NotAllowedException>("another person");
        once.When(new ApproveErasure("pia", Nobody, [], At).Decide).Then(new ApprovedBy("pia", At));
        Fold.Of<Erasure>(asked, new ApprovedBy("adam", At), new ApprovedBy("pia", At)).Progress.ShouldBe(ErasureProgress.Approved);
    }

    [Fact]
    public void What_is_decided_stays_so()
    {
        new Scenario<Erasure>(ByPia, new ApprovedBy("adam", At)).When(new RefuseErasure("eva", "No.", Nobody, At).Decide).ThenRefused<RuleViolationException>("approved");
        new Scenario<Erasure>(ByPia, new RefusedBy("adam", "No.", At)).When(new ApproveErasure("eva", Nobody, [], At).Decide).ThenRefused<RuleViolationException>("refused");
        new Scenario<Erasure>().When(new ApproveErasure("eva", Nobody, [], At).Decide).ThenRefused<NotFoundException>("no such");
    }

    [Fact]
    public void A_rule_takes_late_repetitions_of_what_was_declared_but_nothing_new()
    {
        var rule = new ErasureRule(2, At, Everything: true, []);

        rule.Covers(Value("/facts/title", "\"a\"", revision: 2, at: At.AddDays(1))).ShouldBeTrue();
        rule.Covers(Value("/facts/title", "\"a\"", revision: 3, at: At.AddDays(-1))).ShouldBeFalse("a later revision is new data");
        rule.Covers(Value("/reason", "\"a\"", contract: "governance.changes-requested.v1", at: At)).ShouldBeTrue();
        rule.Covers(Value("/reason", "\"a\"", contract: "governance.changes-requested.v1", at: At.AddSeconds(1))).ShouldBeFalse("it was written later");
    }

    [Fact]
    public void What_is_chosen_of_a_case_goes_with_everything_that_repeats_it()
    {
        PersonalValue[] values =
        [
            Value("/facts/sponsor", "\"Zoe Zimmer\"", actor: "mona"),
            Value("/facts/title", "\"Letters\"", actor: "mona"),
            Value("/facts/sponsor", "\"Zoe Zimmer\"", contract: "governance.strategy-recommended.v1", actor: "service:strategy"),
            Value("/facts/title", "\"Letters\"", contract: "governance.strategy-recommended.v1", actor: "service:strategy"),
            Value("/conditions", "[\"Ask Zoe Zimmer first.\",\"Report.\"]", contract: "governance.sign-off-recorded.v1", actor: "rita"),
            Value("/conditions", "[\"Ask Zoe Zimmer first.\"]", contract: "governance.use-case-approved.v1", actor: "lara"),
            Value("/reason", "\"Something else.\"", contract: "governance.changes-requested.v1", actor: "rita"),
        ];

        var (rule, named) = ErasureScope.Chosen(values, value => ErasureScope.Names(value, "zoe zimmer"), 1, At);
        var (_, byLara) = ErasureScope.Chosen(values, value => value.Actor == "lara", 1, At);

        named.ShouldBe([values[0], values[2], values[4], values[5]]);
        rule.Declared.ShouldHaveSingleItem().Paths.ShouldBe(["/sponsor"]);
        byLara.ShouldBe([values[4], values[5]], "a verdict repeats the conditions of a sign-off");
    }

    private static readonly ActingFor Nobody = new(Array.Empty<(string, string)>().ToLookup(tie => tie.Item1, tie => tie.Item2));

    private static PersonalValue Value(
        string path, string json, string contract = "governance.use-case-submitted.v1", int revision = 1, string actor = "mona", DateTimeOffset? at = null) =>
        new(Guid.CreateVersion7(), 1, contract, UseCase, revision, actor, at ?? At, path, json);
}
