using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class ReviseUseCaseDecisionTests
{
    private static readonly ReviseUseCase Revision = new(Known.Better, "\"r1\"", Known.Colleague, Known.Tuesday);

    [Fact]
    public void New_facts_become_the_next_revision() =>
        Given(Known.Submitted).When(Revision.Decide).Then(Known.Revised);

    [Fact]
    public void The_third_revision_follows_the_second() =>
        Given(Known.Submitted, Known.Revised)
            .When(new ReviseUseCase(Facts.Example, "\"r2\"", Known.Owner, Known.Tuesday).Decide)
            .Then(new Revised(Known.Number, 3, Facts.Example, Known.Owner.Subject, Known.Tuesday));

    [Fact]
    public void The_same_facts_change_nothing() =>
        Given(Known.Submitted).When((Revision with { Facts = Facts.Example }).Decide).ThenNothing();

    [Fact]
    public void The_same_facts_with_unknown_ones_left_out_change_nothing() =>
        Given(Known.Submitted with { Facts = Facts.Bare with { BusinessUnit = "Retail Banking" } })
            .When((Revision with { Facts = Facts.Bare with { BusinessUnit = "Retail Banking", Team = null } }).Decide)
            .ThenNothing();

    [Theory]
    [InlineData(Stage.Submitted)]
    [InlineData(Stage.Assessing)]
    [InlineData(Stage.InReview)]
    [InlineData(Stage.ChangesRequested)]
    [InlineData(Stage.Approved)]
    [InlineData(Stage.Suspended)]
    [InlineData(Stage.Expired)]
    public void A_case_can_be_revised_until_it_is_closed(Stage stage) =>
        Given(Known.Submitted, Known.Reached(stage)).When(Revision.Decide).Then(Known.Revised);

    [Theory]
    [InlineData(Stage.Rejected)]
    public void A_closed_case_is_submitted_anew_instead(Stage stage) =>
        Given(Known.Submitted, Known.Reached(stage)).When(Revision.Decide).ThenRefused<RuleViolationException>(because: "submit a new one");

    [Fact]
    public void A_withdrawn_case_is_submitted_anew_instead() =>
        Given(Known.Submitted, Known.Withdrawn).When(Revision.Decide).ThenRefused<RuleViolationException>(because: "submit a new one");

    [Fact]
    public void A_revision_that_does_not_say_what_it_is_based_on_is_refused() =>
        Given(Known.Submitted).When((Revision with { IfMatch = null }).Decide).ThenRefused<PreconditionMissingException>(because: "If-Match");

    [Theory]
    [InlineData("\"r0\"")]
    [InlineData("\"r2\"")]
    [InlineData("W/\"r1\"")]
    [InlineData("r1")]
    [InlineData("*")]
    [InlineData("\"r1\", \"r2\"")]
    public void A_revision_based_on_another_state_is_stale(string ifMatch) =>
        Given(Known.Submitted).When((Revision with { IfMatch = ifMatch }).Decide).ThenRefused<StaleException>(because: "now \"r1\"");

    [Fact]
    public void The_way_through_the_stages_makes_no_edit_stale() =>
        Given(Known.Submitted, Known.Reached(Stage.Assessing), Known.Reached(Stage.InReview)).When(Revision.Decide).Then(Known.Revised);

    [Fact]
    public void Another_units_case_is_not_there_whatever_is_sent_for_it() =>
        Given(Known.Submitted)
            .When((Revision with { By = Known.Stranger, IfMatch = null }).Decide)
            .ThenRefused<NotFoundException>(because: "no such use case");

    [Fact]
    public void A_case_that_does_not_exist_is_not_there() =>
        Given().When(Revision.Decide).ThenRefused<NotFoundException>(because: "no such use case");

    [Fact]
    public void A_case_that_moved_to_another_unit_is_no_longer_there_for_the_old_one() =>
        Given(Known.Submitted, Known.Revised with { Facts = Known.Better with { BusinessUnit = "IT" } })
            .When((Revision with { By = Known.Owner, IfMatch = "\"r2\"" }).Decide)
            .ThenRefused<NotFoundException>(because: "no such use case");

    private static Scenario<UseCase> Given(params object[] history) => new(history);
}
