using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

public sealed partial class LeadershipJourney(World world)
{
    [Fact]
    public async Task Leadership_goes_from_a_unit_to_its_strategies_and_months_by_keyboard_and_back_without_seeing_a_case()
    {
        var page = await world.SignIn("executive");
        await page.Open("/");
        await page.Locator("#by-unit a").Filter(new() { HasText = "Retail Banking" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        var part = page.GetByRole(AriaRole.Navigation, new() { Name = "Part of the portfolio" });
        await Expect(part).ToContainTextAsync("Retail Banking");
        await Expect(page).ToHaveURLAsync(UnitChosen());
        await Expect(page.Locator("#by-unit")).ToHaveCountAsync(0);
        await page.Locator("#by-strategy a").First.ClickAsync();
        await Expect(part.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        await page.Locator("#by-month a").First.ClickAsync();
        await Expect(part.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(4);
        await Expect(page.Locator("#by-month")).ToHaveCountAsync(0);
        await Expect(page.Locator("main a[href^='/cases']")).ToHaveCountAsync(0);

        await part.GetByRole(AriaRole.Link, new() { Name = "Without Strategy" }).ClickAsync();
        await Expect(part.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(3);
        await part.GetByRole(AriaRole.Link, new() { Name = "All cases" }).ClickAsync();
        await Expect(page.Locator("#by-unit")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_part_of_the_portfolio_without_cases_says_what_to_do()
    {
        var page = await world.SignIn("executive");
        await page.Open("/portfolio?unit=Nowhere");

        await Expect(page.GetByText("Take something out of the selection above.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whoever_may_see_cases_goes_from_a_stage_to_its_cases()
    {
        var page = await world.SignIn("auditor");
        await page.Open("/portfolio?unit=Retail%20Banking");
        await page.Locator("#funnel a").Filter(new() { HasText = "Submitted" }).ClickAsync();

        await Expect(page.Heading("Cases")).ToBeVisibleAsync();
        await Expect(page.Locator("main form .path")).ToContainTextAsync("Retail Banking");
        await Expect(page.Locator("#stage")).ToHaveValueAsync("submitted");
    }

    [Fact]
    public async Task On_paper_every_chart_comes_with_its_table_and_the_screen_is_as_before()
    {
        var page = await world.SignIn("executive", theme: "dark");
        await page.Open("/");
        await Expect(page.Locator("figure table").First).ToBeHiddenAsync();
        await page.EvaluateAsync("() => window.dispatchEvent(new Event('beforeprint'))");
        await Expect(page.Locator("figure details:not([open])")).ToHaveCountAsync(0);
        await page.EvaluateAsync("() => window.dispatchEvent(new Event('afterprint'))");
        await Expect(page.Locator("figure table").First).ToBeHiddenAsync();

        var paper = await page.PdfAsync(new() { Path = Path.Combine(World.Pictures, "leadership-portfolio.pdf"), Format = "A4" });
        System.Text.Encoding.ASCII.GetString(paper, 0, 5).ShouldBe("%PDF-");
    }

    [GeneratedRegex("/portfolio\\?unit=Retail")]
    private static partial Regex UnitChosen();
}
