using Governance.Intake.UseCases;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class FollowUseCaseDecisionTests
{
    public static TheoryData<Stage, Stage> AllPairs
    {
        get
        {
            var stages = Enum.GetValues<Stage>();

            return [.. from before in stages from news in stages select (before, news)];
        }
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public void A_stage_is_only_ever_passed_forward(Stage before, Stage news)
    {
        var outcome = Given(Known.Submitted, Known.Reached(before)).When(News(news));

        if (news > before)
        {
            outcome.Then(Known.Reached(news));
        }
        else
        {
            outcome.ThenNothing();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void News_about_another_revision_than_the_current_one_changes_nothing(int revision) =>
        Given(Known.Submitted, Known.Revised).When(News(Stage.Approved, revision)).ThenNothing();

    [Fact]
    public void A_new_revision_passes_the_stages_again() =>
        Given(Known.Submitted, Known.Reached(Stage.ChangesRequested), Known.Revised)
            .When(News(Stage.Assessing, revision: 2))
            .Then(Known.Reached(Stage.Assessing, revision: 2));

    [Fact]
    public void A_withdrawn_case_stays_withdrawn() =>
        Given(Known.Submitted, Known.Withdrawn).When(News(Stage.Approved)).ThenNothing();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void News_about_a_case_that_was_never_submitted_begins_none(int revision) =>
        Given().When(News(Stage.InReview, revision)).ThenNothing();

    [Fact]
    public void A_suspended_approval_resumes_and_an_expired_one_can_be_renewed()
    {
        Given(Known.Submitted, Reached(Stage.Approved, 5), Reached(Stage.Suspended, 6)).When(News(Stage.Approved, version: 7)).Then(Reached(Stage.Approved, 7));
        Given(Known.Submitted, Reached(Stage.Approved, 5), Reached(Stage.Expired, 9)).When(News(Stage.Approved, version: 12)).Then(Reached(Stage.Approved, 12));
    }

    [Fact]
    public void Of_news_of_the_review_that_overtake_each_other_the_latest_stands()
    {
        Given(Known.Submitted, Reached(Stage.Approved, 7)).When(News(Stage.Suspended, version: 6)).ThenNothing();
        Given(Known.Submitted, Reached(Stage.Expired, 9)).When(News(Stage.Approved, version: 5)).ThenNothing();
    }

    private static StageReached Reached(Stage stage, long version) => new(1, stage, Known.Tuesday, version);

    private static Func<UseCase, IEnumerable<object>> News(Stage stage, int revision = 1, long? version = null) =>
        new FollowUseCase(revision, stage, Known.Tuesday, version).Decide;

    private static Scenario<UseCase> Given(params object[] history) => new(history);
}
