using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class SubmitUseCaseDecisionTests
{
    private static readonly SubmitUseCase Submission = new(Known.Number, Facts.Example, Known.Owner.Subject, Known.Monday);

    [Fact]
    public void A_submission_begins_a_use_case_with_its_facts_and_its_submitter() =>
        Given().When(Submission.Decide).Then(Known.Submitted);

    [Fact]
    public void A_use_case_is_submitted_only_once() =>
        Given(Known.Submitted).When(Submission.Decide).ThenRefused<RuleViolationException>(because: "exists already");

    [Fact]
    public void A_manager_submits_for_an_own_unit() =>
        Should.NotThrow(() => SubmitUseCase.RequireOwnUnit(Known.Colleague, Facts.Example));

    [Fact]
    public void A_manager_does_not_submit_for_another_unit_and_learns_which_are_the_own() =>
        Should.Throw<NotAllowedException>(() => SubmitUseCase.RequireOwnUnit(Known.Stranger, Facts.Example))
            .Message.ShouldContain("Insurance");

    [Theory]
    [InlineData("retail banking")]
    [InlineData("Retail Banking ")]
    [InlineData("Rеtail Banking")]
    public void A_unit_that_only_looks_like_the_own_is_another_unit(string lookalike) =>
        Should.Throw<NotAllowedException>(
            () => SubmitUseCase.RequireOwnUnit(Known.Owner, Facts.Example with { BusinessUnit = lookalike }));

    private static Scenario<UseCase> Given(params object[] history) => new(history);
}
