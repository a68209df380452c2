using System.Text.Json;
using Governance.Testing;

namespace Governance.ServiceDefaults.Tests.Editions;

public sealed class EditionDecisionTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NewYear = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly IReadOnlyList<Shipped> BuiltIn = [new("2026-11", new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)), new("2028", NewYear.AddYears(1))];

    [Fact]
    public void A_new_version_begins_as_a_draft() => Given().When(Draft("ada")).Then(Saved("ada"));

    [Theory]
    [InlineData("2027-01")]
    [InlineData("2026-11")]
    public void A_name_is_given_once(string version) =>
        Given(Saved("ada")).When(Draft("bob", version: version)).ThenRefused(because: "exists already");

    [Fact]
    public void A_draft_is_changed_by_whoever_knows_its_state() =>
        Given(Saved("ada")).When(Draft("bob", hash: "h2", ifMatch: "\"h1\"")).Then(Saved("bob", "h2"));

    [Fact]
    public void Saving_the_same_draft_again_changes_nothing() =>
        Given(Saved("ada")).When(Draft("ada", ifMatch: "\"h1\"")).ThenNothing();

    [Fact]
    public void A_change_to_a_state_that_is_gone_is_refused() =>
        Refused<StaleException>(Draft("ada", hash: "h3", ifMatch: "\"h1\""), Saved("ada"), Saved("bob", "h2"));

    [Fact]
    public void A_change_to_a_draft_nobody_wrote_is_refused() =>
        Refused<NotFoundException>(Draft("ada", ifMatch: "\"h1\""));

    [Fact]
    public void What_is_published_stays_as_it_is() =>
        Given(Saved("ada"), Published("grace", "ada")).When(Draft("bob", hash: "h2", ifMatch: "\"h1\"")).ThenRefused(because: "stays as it is");

    [Fact]
    public void No_version_reaches_back() => RefusedMoment(Monday.AddSeconds(9)).ShouldContain("at least 10 seconds ahead");

    [Fact]
    public void The_shortest_notice_is_enough() =>
        Given().When(Draft("ada", effectiveFrom: Monday.AddSeconds(10))).Then(Saved("ada", effectiveFrom: Monday.AddSeconds(10)));

    [Fact]
    public void Two_versions_never_take_effect_at_the_same_moment()
    {
        RefusedMoment(NewYear.AddYears(1)).ShouldContain("2028");
        Refused<InvalidRequestException>(Draft("ada", version: "2027-02"), Saved("ada"), Published("grace", "ada")).Message.ShouldContain("2027-01");
    }

    [Fact]
    public void Of_two_drafts_for_one_moment_only_the_first_is_published() =>
        Given(Saved("ada"), Saved("ada", version: "2027-01b"), Published("grace", "ada"))
            .When(Publish("grace", version: "2027-01b"))
            .ThenRefused(because: "version 2027-01 takes effect already");

    [Fact]
    public void Another_administrator_publishes_a_draft() => Given(Saved("ada")).When(Publish("grace")).Then(Published("grace", "ada"));

    [Theory]
    [InlineData("ada")]
    [InlineData("bob")]
    public void None_of_its_authors_publishes_a_draft(string author) =>
        Refused<NotAllowedException>(Publish(author, "\"h2\""), Saved("ada"), Saved("bob", "h2"));

    [Fact]
    public void Publishing_another_content_than_the_one_read_is_refused()
    {
        Refused<StaleException>(Publish("grace"), Saved("ada"), Saved("bob", "h2"));
        Refused<PreconditionMissingException>(Publish("grace", ifMatch: null), Saved("ada"));
    }

    [Fact]
    public void Publishing_twice_changes_nothing() => Given(Saved("ada"), Published("grace", "ada")).When(Publish("hugo")).ThenNothing();

    [Fact]
    public void A_draft_whose_moment_has_passed_is_not_published() =>
        Given(Saved("ada", effectiveFrom: Monday)).When(Publish("grace")).ThenRefused(because: "Change the draft first");

    [Fact]
    public void A_draft_nobody_wrote_is_not_published() => Refused<NotFoundException>(Publish("grace"));

    [Theory]
    [InlineData("ada")]
    [InlineData("grace")]
    public void A_draft_is_discarded_by_its_author_or_another_administrator(string by) =>
        Given(Saved("ada")).When(Discard(by)).Then(new DraftDiscarded("2027-01", "h1", by, Monday));

    [Fact]
    public void The_name_of_a_discarded_draft_is_free_again_and_its_authors_are_forgotten() =>
        Given(Saved("ada"), new DraftDiscarded("2027-01", "h1", "ada", Monday), Saved("grace")).When(Publish("ada")).Then(Published("ada", "grace"));

    [Fact]
    public void What_is_published_is_not_discarded() =>
        Given(Saved("ada"), Published("grace", "ada")).When(Discard("ada")).ThenRefused(because: "published and stays");

    [Fact]
    public void A_draft_is_discarded_in_the_state_that_was_read()
    {
        Refused<StaleException>(Discard("ada"), Saved("ada"), Saved("bob", "h2"));
        Refused<PreconditionMissingException>(Discard("ada", ifMatch: null), Saved("ada"));
        Refused<NotFoundException>(Discard("ada"), Saved("ada"), new DraftDiscarded("2027-01", "h1", "bob", Monday));
    }

    private static string RefusedMoment(DateTimeOffset effectiveFrom)
    {
        var refusal = Refused<InvalidRequestException>(Draft("ada", effectiveFrom: effectiveFrom));
        refusal.Errors.ShouldHaveSingleItem().Field.ShouldBe("effectiveFrom");

        return refusal.Message;
    }

    private static readonly JsonElement Content = JsonElement.Parse("{}");

    private static DraftSaved Saved(string by, string hash = "h1", string version = "2027-01", DateTimeOffset? effectiveFrom = null) =>
        new(version, effectiveFrom ?? NewYear, hash, Content, by, Monday);

    private static EditionPublished Published(string by, params string[] authors) => new("2027-01", NewYear, "h1", authors, by, Monday);

    private static Func<Catalogue, IEnumerable<object>> Draft(
        string by, string hash = "h1", string version = "2027-01", DateTimeOffset? effectiveFrom = null, string? ifMatch = null) =>
        catalogue => new SaveDraft(version, effectiveFrom ?? NewYear, hash, Content, ifMatch is null, ifMatch, by, Monday).Decide(catalogue, BuiltIn);

    private static Func<Catalogue, IEnumerable<object>> Publish(string by, string? ifMatch = "\"h1\"", string version = "2027-01") =>
        catalogue => new PublishEdition(version, ifMatch, by, Monday).Decide(catalogue, BuiltIn);

    private static Func<Catalogue, IEnumerable<object>> Discard(string by, string? ifMatch = "\"h1\"") =>
        catalogue => new DiscardDraft("2027-01", ifMatch, by, Monday).Decide(catalogue);

    private static T Refused<T>(Func<Catalogue, IEnumerable<object>> decide, params object[] history) where T : Exception =>
        Should.Throw<T>(() => decide(Fold.Of<Catalogue>(history)).ToList());

    private static Scenario<Catalogue> Given(params object[] history) => new(history);
}
