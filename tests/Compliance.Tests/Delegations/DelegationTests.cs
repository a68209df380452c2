using System.Net;
using Governance.Compliance.Delegations;
using Governance.Compliance.Packs;
using Governance.Compliance.People;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;
using Person = Governance.Testing.Person;

namespace Governance.Compliance.Tests.Delegations;

public sealed class DelegationTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    private DateTimeOffset Now => compliance.Clock.GetUtcNow();

    [Fact]
    public async Task A_colleague_rules_for_another_and_the_record_names_both()
    {
        var id = await compliance.Open();
        var delegation = await Delegate(Lara, Pia);

        var approved = (await compliance.Act(Pia, id, "approve", new ReviewInput(ReviewQueue.Legal))).Expect(HttpStatusCode.OK).Read<ReviewView>();

        var signOff = approved.SignOffs.Single(s => s.SignedOffBy is not null);
        (signOff.Queue, signOff.SignedOffBy, signOff.OnBehalfOf).ShouldBe((ReviewQueue.Legal, Pia.Subject, Lara.Subject));
        var recorded = (await compliance.Announced<SignOffRecorded>(id)).ShouldHaveSingleItem();
        (recorded.Fact.OnBehalfOf, recorded.Fact.DelegationId).ShouldBe((Lara.Subject, delegation.Id));
        (recorded.Origin.Context.Actor, recorded.Origin.Context.ActorRole).ShouldBe((Pia.Subject, Roles.PrivacyReviewer));
        await Revoke(delegation.Id, Lara);
    }

    [Fact]
    public async Task Nobody_rules_on_a_case_of_somebody_they_act_for_not_even_in_an_own_role()
    {
        var id = await compliance.Open("first", Lara.Subject);
        var delegation = await Delegate(Lara, Rolf);

        (await compliance.Act(Rolf, id, "approve", new ReviewInput(ReviewQueue.Risk))).ExpectProblem(HttpStatusCode.Forbidden, "you act for submitted or edited");
        (await compliance.Act(Rolf, id, "approve", new ReviewInput(ReviewQueue.Legal))).ExpectProblem(HttpStatusCode.Forbidden, "you act for submitted or edited");
        await Revoke(delegation.Id, Rolf);
        (await compliance.Act(Rolf, id, "approve")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_person_and_whom_they_act_for_count_as_one()
    {
        var id = await compliance.Open();
        var delegation = await Delegate(Lara, Rolf);

        (await compliance.Act(Rolf, id, "approve", new ReviewInput(ReviewQueue.Legal))).Expect(HttpStatusCode.OK);
        (await compliance.Act(Rolf, id, "approve", new ReviewInput(ReviewQueue.Risk))).Expect(HttpStatusCode.Forbidden);
        (await compliance.Announced<UseCaseApproved>(id)).ShouldBeEmpty();
        await Revoke(delegation.Id, Lara);
    }

    [Fact]
    public async Task What_is_delegated_cannot_be_passed_on()
    {
        await Meet(Sam);
        var delegation = await Delegate(Lara, Pia);

        (await compliance.As(Pia).Post("/api/delegations", new DelegationInput(Sam.Subject, "Away.", Now.AddDays(2), Queues: [ReviewQueue.Legal])))
            .ExpectProblem(HttpStatusCode.Forbidden, "cannot be passed on");
        await Revoke(delegation.Id, Lara);
    }

    [Fact]
    public async Task A_delegation_ends_by_itself_and_holds_for_its_scope_alone()
    {
        var id = await compliance.Open();
        var elsewhere = await Delegate(Lara, Pia, units: ["Another unit"]);
        (await compliance.Act(Pia, id, "approve", new ReviewInput(ReviewQueue.Legal))).ExpectProblem(HttpStatusCode.Forbidden, "does not cover");
        await Revoke(elsewhere.Id, Lara);

        var ended = await Delegate(Lara, Pia, end: Now.AddMinutes(1));
        compliance.Clock.Advance(TimeSpan.FromMinutes(2));
        (await compliance.Act(Pia, id, "approve", new ReviewInput(ReviewQueue.Legal))).Expect(HttpStatusCode.Forbidden);
        (await compliance.As(Lara).Get("/api/delegations?inForce=true")).Body.ShouldNotContain(ended.Id.ToString());
    }

    [Fact]
    public async Task One_case_can_be_handed_to_a_colleague()
    {
        await Meet(Pia);
        var id = await compliance.Open();
        var other = await compliance.Open();

        (await compliance.As(Lara).Post($"/api/reviews/{id}/delegate", new CaseDelegationInput(Pia.Subject, "She knows the domain.", Now.AddDays(1))))
            .Expect(HttpStatusCode.Created);

        (await compliance.Act(Pia, other, "approve", new ReviewInput(ReviewQueue.Legal))).ExpectProblem(HttpStatusCode.Forbidden, "does not cover");
        (await compliance.Act(Pia, id, "approve", new ReviewInput(ReviewQueue.Legal))).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Only_an_administrator_delegates_for_somebody_else()
    {
        await Meet(Lara);
        await Meet(Pia);
        var input = new DelegationInput(Pia.Subject, "Ill.", Now.AddDays(2), From: Lara.Subject, Queues: [ReviewQueue.Legal]);

        (await compliance.As(Rita).Post("/api/delegations", input)).ExpectProblem(HttpStatusCode.Forbidden, "administrator");
        var given = (await compliance.As(Roles.Administrator).Post("/api/delegations", input)).Expect(HttpStatusCode.Created).Read<DelegationView>();
        (given.From, given.GivenBy).ShouldBe((Lara.Subject, new Person(Roles.Administrator, []).Subject));
        await Revoke(given.Id, Pia);
    }

    [Theory]
    [InlineData(0, 0, "end")]
    [InlineData(5, 4, "end")]
    [InlineData(0, 31, "end")]
    public void A_delegation_of_impossible_length_is_refused(int start, int end, string field)
    {
        var given = new Given("a", "b", "a", [ReviewQueue.Risk], [], null, Reviews.Known.Monday.AddDays(start), Reviews.Known.Monday.AddDays(end), "Away.");

        Should.Throw<InvalidRequestException>(
                () => new GiveDelegation(given, [ReviewQueue.Risk], new DelegationLimits(30), Reviews.Known.Monday).Decide(new Delegation()).ToList())
            .Errors.ShouldContain(error => error.Field == field);
    }

    [Fact]
    public async Task Of_several_delegations_of_one_person_the_one_that_covers_the_case_counts()
    {
        var id = await compliance.Open();
        var elsewhere = await Delegate(Lara, Sam, units: ["Another unit"]);
        var here = await Delegate(Lara, Sam, units: [RiskAndLegal.BusinessUnit]);

        (await compliance.Act(Sam, id, "approve", new ReviewInput(ReviewQueue.Legal))).Expect(HttpStatusCode.OK);

        (await compliance.Announced<SignOffRecorded>(id)).ShouldHaveSingleItem().Fact.DelegationId.ShouldBe(here.Id);
        await Revoke(elsewhere.Id, Sam);
        await Revoke(here.Id, Sam);
    }

    private async Task<DelegationView> Delegate(Person from, Person to, DateTimeOffset? end = null, IReadOnlyList<string>? units = null)
    {
        await Meet(to);

        return (await compliance.As(from).Post("/api/delegations", new DelegationInput(to.Subject, "On leave.", end ?? Now.AddDays(5), BusinessUnits: units)))
            .Expect(HttpStatusCode.Created).Read<DelegationView>();
    }

    private async Task Revoke(Guid delegation, Person by) =>
        (await compliance.As(by).Post($"/api/delegations/{delegation}/revocation")).Expect(HttpStatusCode.OK);

    /// <summary>Only who has signed in before can be delegated to.</summary>
    private async Task Meet(Person person) => (await compliance.As(person).Get("/api/reviews/counts")).Expect(HttpStatusCode.OK);
}
