using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class WithdrawUseCaseDecisionTests
{
    private static readonly WithdrawUseCase Withdrawal = new("No budget", "\"r1\"", Known.Owner, Known.Tuesday);

    [Theory]
    [InlineData(Stage.Submitted)]
    [InlineData(Stage.Assessing)]
    [InlineData(Stage.InReview)]
    [InlineData(Stage.ChangesRequested)]
    [InlineData(Stage.Approved)]
    [InlineData(Stage.Suspended)]
    [InlineData(Stage.Expired)]
    public void A_case_can_be_withdrawn_until_it_is_closed(Stage stage) =>
        Given(Known.Submitted, Known.Reached(stage)).When(Withdrawal.Decide).Then(Known.Withdrawn);

    [Fact]
    public void A_withdrawal_needs_no_reason() =>
        Given(Known.Submitted).When((Withdrawal with { Reason = null }).Decide).Then(Known.Withdrawn with { Reason = null });

    [Fact]
    public void A_withdrawal_names_the_revision_it_ends() =>
        Given(Known.Submitted, Known.Revised)
            .When((Withdrawal with { IfMatch = "\"r2\"" }).Decide)
            .Then(Known.Withdrawn with { Revision = 2 });

    [Fact]
    public void Withdrawing_twice_changes_nothing_whatever_state_the_second_is_based_on() =>
        Given(Known.Submitted, Known.Withdrawn).When((Withdrawal with { IfMatch = null }).Decide).ThenNothing();

    [Theory]
    [InlineData(Stage.Rejected)]
    public void What_is_closed_cannot_be_withdrawn(Stage stage) =>
        Given(Known.Submitted, Known.Reached(stage)).When(Withdrawal.Decide).ThenRefused<RuleViolationException>(because: "closed");

    [Fact]
    public void A_withdrawal_that_does_not_say_what_it_is_based_on_is_refused() =>
        Given(Known.Submitted).When((Withdrawal with { IfMatch = null }).Decide).ThenRefused<PreconditionMissingException>(because: "If-Match");

    [Fact]
    public void A_withdrawal_based_on_an_older_revision_is_stale() =>
        Given(Known.Submitted, Known.Revised).When(Withdrawal.Decide).ThenRefused<StaleException>(because: "now \"r2\"");

    [Fact]
    public void Another_units_case_is_not_there_even_when_it_is_withdrawn_already() =>
        Given(Known.Submitted, Known.Withdrawn)
            .When((Withdrawal with { By = Known.Stranger }).Decide)
            .ThenRefused<NotFoundException>(because: "no such use case");

    [Fact]
    public void A_case_that_does_not_exist_is_not_there() =>
        Given().When(Withdrawal.Decide).ThenRefused<NotFoundException>(because: "no such use case");

    private static Scenario<UseCase> Given(params object[] history) => new(history);
}
