using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

/// <summary>What everybody does: find things, come back after a session has ended, and see what a revision has changed.</summary>
public sealed class EverydayJourney(World world)
{
    [Fact]
    public async Task The_one_search_box_opens_a_case_by_its_number_and_shows_each_role_only_what_it_may_see()
    {
        var useCase = await world.Read("auditor", $"/api/use-cases/{world.CaseOf(World.Known)}");
        var number = useCase.GetProperty("number").GetString()!;
        var manager = await world.SignIn("portfolio.manager");
        await Search(manager, number.ToLowerInvariant());
        await manager.WaitForURLAsync(url => url.EndsWith($"/cases/{world.CaseOf(World.Known)}", StringComparison.Ordinal));
        await Search(manager, "dispute letters");
        await Expect(manager.Locator("main").GetByRole(AriaRole.Link, new() { Name = number })).ToBeVisibleAsync();

        var leader = await world.SignIn("executive");
        await Search(leader, number);
        await Expect(leader.GetByText("Cases are not for your role.")).ToBeVisibleAsync();
        await Search(leader, "notic");
        await Expect(leader.Locator(".results")).ToContainTextAsync("Notices");
    }

    [Fact]
    public async Task A_session_that_ends_while_a_case_is_written_costs_a_sign_in_and_not_a_word()
    {
        var page = await world.SignIn("portfolio.manager");
        await page.Open("/cases/new");
        await page.Settled();
        await ManagerJourney.FillIn(page);
        await page.Field("Title").FillAsync("Written across two sessions");
        await Expect(page.GetByText("Draft saved in this browser")).ToBeVisibleAsync();
        var other = await page.Context.NewPageAsync();
        await other.Open("/");
        await other.Button("Sign out").ClickAsync();
        await other.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).WaitForAsync();
        await page.Button("Submit for assessment").ClickAsync();
        await page.Link("Sign in again").First.ClickAsync();
        await page.Locator("#username").WaitForAsync();
        await world.FillSignIn(page, "portfolio.manager");
        await page.Settled();
        await Expect(page.Field("Title")).ToHaveValueAsync("Written across two sessions");
        await page.Button("Submit for assessment").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Written across two sessions" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_revision_shows_before_and_after_to_its_owner_and_to_whoever_reviews_it_again()
    {
        var id = await world.Submit(Platform.RunningPlatform.ExampleUseCase);
        var manager = await world.SignIn("portfolio.manager");
        await manager.Open($"/cases/{id}/revise");
        await manager.Settled();
        await manager.Field("Title").FillAsync("Dispute letters, once more");
        await manager.Button("Send the revision").ClickAsync();
        await manager.GetByText("What has changed, before and after").ClickAsync();
        await Expect(manager.Locator("ins")).ToHaveTextAsync("Dispute letters, once more");
        await World.Until("the second review", async () => (await world.Read("auditor", $"/api/reviews/{id}")).GetProperty("revision").GetInt32() == 2);

        var reviewer = await world.SignIn("risk.reviewer");
        await reviewer.Open($"/reviews/{id}");
        await Expect(reviewer.Heading("Since the last sign-off")).ToBeVisibleAsync();
        await Expect(reviewer.GetByText("Nothing that a sign-off depends on has changed; those given stand.")).ToBeVisibleAsync();
        await Expect(reviewer.Locator("main")).ToContainTextAsync("immaterial: voids nothing");
        await reviewer.GetByText("What has changed, before and after").ClickAsync();
        await Expect(reviewer.Locator("ins")).ToHaveTextAsync("Dispute letters, once more");
    }

    private static async Task Search(IPage page, string words)
    {
        await page.Settled();
        await page.Locator("#search").FillAsync(words);
        await page.Locator("#search").PressAsync("Enter");
    }
}
