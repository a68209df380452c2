using System.Net;
using Governance.Compliance.Certificates;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Certificates;

public sealed class SeparationOfDutiesTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    [Fact]
    public async Task A_period_in_which_the_rules_held_is_certified_without_a_breach()
    {
        var id = await compliance.Open();
        (await compliance.Act(Rita, id, "approve")).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, id, "approve")).Expect(HttpStatusCode.OK);

        var certificate = await Certificate();

        certificate.Breaches.ShouldNotContain(ruling => ruling.UseCaseId == id);
        certificate.Rulings.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_sign_off_slipped_into_the_store_by_an_editor_is_found()
    {
        var id = await compliance.Open("somebody", Rita.Subject);
        await Slip(id, Rita.Subject, Roles.RiskReviewer, new SignedOff(1, "risk", ReviewQueue.Risk, Rita.Subject, null, null, [], "hash", null, compliance.Clock.GetUtcNow()));

        (await Certificate()).Breaches.ShouldContain(ruling => ruling.UseCaseId == id && ruling.Breach!.Contains("submitted or edited"));
    }

    [Theory]
    [InlineData(Roles.LegalReviewer, null, "did not hold the role")]
    [InlineData(Roles.RiskReviewer, "lara", "no delegation in force")]
    public async Task A_ruling_without_the_right_to_it_is_found(string role, string? onBehalfOf, string breach)
    {
        var id = await compliance.Open();
        await Slip(id, Rita.Subject, role, new SignedOff(1, "risk", ReviewQueue.Risk, Rita.Subject, onBehalfOf, null, [], "hash", null, compliance.Clock.GetUtcNow()));

        (await Certificate()).Breaches.ShouldContain(ruling => ruling.UseCaseId == id && ruling.Breach!.Contains(breach));
    }

    [Fact]
    public async Task A_ruling_recorded_for_somebody_else_and_a_second_role_are_found()
    {
        var (other, twice) = (await compliance.Open(), await compliance.Open());
        var signedOff = new SignedOff(1, "risk", ReviewQueue.Risk, Rita.Subject, null, null, [], "hash", null, compliance.Clock.GetUtcNow());
        await Slip(other, Rolf.Subject, Roles.RiskReviewer, signedOff);
        await Slip(twice, Rita.Subject, Roles.RiskReviewer, signedOff);
        await Slip(twice, Rita.Subject, Roles.LegalReviewer, signedOff with { RequirementId = "legal", Queue = ReviewQueue.Legal });

        var breaches = (await Certificate()).Breaches;
        breaches.ShouldContain(ruling => ruling.UseCaseId == other && ruling.Breach!.Contains("somebody else"));
        breaches.ShouldContain(ruling => ruling.UseCaseId == twice && ruling.Breach!.Contains("two roles"));
    }

    [Fact]
    public async Task A_period_must_be_one() =>
        (await compliance.As(Roles.Auditor).Get("/api/reviews/separation-of-duties?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z"))
            .ExpectProblem(HttpStatusCode.BadRequest, "after from", "to");

    private async Task<SeparationCertificate> Certificate() =>
        (await compliance.As(Roles.Auditor).Get($"/api/reviews/separation-of-duties?from={Moment(-2)}&to={Moment(363)}"))
        .Expect(HttpStatusCode.OK).Read<SeparationCertificate>();

    /// <summary>By both clocks: the service's, which the test has set, and the database's.</summary>
    private static string Moment(int days) => Uri.EscapeDataString(Origin.Moment.AddDays(days).ToString("O"));

    /// <summary>As somebody with the rights of the database could, past all rules.</summary>
    private async Task Slip(Guid review, string actor, string role, object fact)
    {
        await using var session = compliance.Store.LightweightSession();
        var e = session.Events.BuildEvent(fact);
        new FactContext(actor, role, review, review, compliance.Clock.GetUtcNow(), null).WriteTo(e);
        session.Events.Append(review, e);
        await session.SaveChangesAsync();
    }
}
