using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

public sealed class ReviewerJourney(World world)
{
    [Fact]
    public async Task A_reviewer_finds_work_by_keyboard_claims_it_and_signs_off_with_a_condition()
    {
        var id = await world.Submit(Platform.RunningPlatform.ExampleUseCase);
        var page = await world.SignIn("risk.reviewer");
        await Expect(page.Heading("Reviews")).ToBeVisibleAsync();
        await page.Settled();
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("[data-walk]").First).ToBeFocusedAsync();

        await page.Open($"/reviews/{id}");
        await page.Button("Claim").ClickAsync();
        await Expect(page.GetByText("The review is yours now.")).ToBeVisibleAsync();
        await page.Button("Add a condition").ClickAsync();
        await page.Field("Condition 1").FillAsync("Report errors every month.");
        await page.Picture("reviewer-review");
        await page.Button("Sign off").ClickAsync();

        await Expect(page.GetByText("Your sign-off is recorded.")).ToBeVisibleAsync();
        await Expect(page.Locator("aside")).ToContainTextAsync("Report errors every month.");
        var review = await world.Read("auditor", $"/api/reviews/{id}");
        review.GetProperty("signOffs").GetRawText().ShouldContain("Report errors every month.");
    }

    [Fact]
    public async Task Of_two_who_decide_at_once_the_second_sees_what_happened_and_loses_no_word()
    {
        var id = await world.Submit(Platform.RunningPlatform.ExampleUseCase);
        var (first, second) = (await world.SignIn("legal.reviewer"), await world.SignIn("legal.reviewer"));
        await first.Open($"/reviews/{id}");
        await second.Open($"/reviews/{id}");
        await second.Button("Request changes").ClickAsync();
        await second.GetByLabel("Reason").FillAsync("Name the contract.");
        await first.Button("Claim").ClickAsync();
        await Expect(first.GetByText("The review is yours now.")).ToBeVisibleAsync();
        await second.Button("Send back with this reason").ClickAsync();

        await Expect(second.GetByText("Somebody else acted on this review in the meantime.")).ToBeVisibleAsync();
        await Expect(second.GetByLabel("Reason")).ToHaveValueAsync("Name the contract.");
        await second.Button("Send back with this reason").ClickAsync();
        await Expect(second.GetByText("The case is back with its submitter.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whoever_has_signed_out_elsewhere_is_told_so_and_keeps_what_was_typed()
    {
        var page = await world.SignIn("privacy.reviewer");
        await page.Open($"/reviews/{await world.Submit(Platform.RunningPlatform.ExampleUseCase)}");
        await page.Button("Add a condition").ClickAsync();
        await page.Field("Condition 1").FillAsync("Ask again in a year.");
        var other = await page.Context.NewPageAsync();
        await other.Open("/");
        await other.Button("Sign out").ClickAsync();
        await other.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).WaitForAsync();
        await page.Button("Sign off").ClickAsync();

        await Expect(page.GetByText("Your session has ended.")).ToBeVisibleAsync();
        await Expect(page.Field("Condition 1")).ToHaveValueAsync("Ask again in a year.");
    }
}
