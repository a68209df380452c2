using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

public sealed class ManagerJourney(World world)
{
    [Fact]
    public async Task A_manager_submits_a_case_with_an_estimate_beside_the_form_and_watches_it_reach_review()
    {
        var page = await world.SignIn("portfolio.manager");
        await page.Link("New case").First.ClickAsync();
        await Expect(page.Heading("New case")).ToBeVisibleAsync();
        await page.Alive();
        await FillIn(page);

        var estimate = page.GetByRole(AriaRole.Complementary, new() { Name = "What if" });
        await Expect(estimate).ToContainTextAsync("Confidence");
        await Expect(estimate).ToContainTextAsync("Cost over 36 months");
        var before = await estimate.Locator(".bars").InnerTextAsync();
        await page.Field("Requests per month").FillAsync("3000000");
        await Expect(estimate.Locator(".bars")).Not.ToHaveTextAsync(before, new() { UseInnerText = true });
        await page.Picture("manager-new-case");

        await page.Button("Submit for assessment").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Letters sorted by subject" })).ToBeVisibleAsync();
        await Expect(page.Locator(".stages li[aria-current=step]")).ToContainTextAsync("In review");
        await Expect(page.Heading("Recommendation")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign-offs" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_the_API_would_refuse_is_named_at_its_field_and_nothing_is_sent()
    {
        var page = await world.SignIn("portfolio.manager");
        await page.Open("/cases/new");
        await page.Field("Title").FillAsync("Half a case");
        await page.Button("Submit for assessment").ClickAsync();

        await Expect(page.Locator("#summary")).ToContainTextAsync("nothing was sent");
        await Expect(page.Locator("#summary")).ToBeFocusedAsync();
        await page.Locator("#summary").GetByRole(AriaRole.Link, new() { Name = "Labelled examples" }).ClickAsync();
        await Expect(page.Field("Labelled examples")).ToBeFocusedAsync();
        await Expect(page.Field("Labelled examples")).ToHaveAttributeAsync("aria-invalid", "true");

        await page.Field("Labelled examples").FillAsync("3000");
        await Expect(page.Field("Labelled examples")).Not.ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Field("Labelled examples")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_was_typed_is_still_there_after_the_page_was_reloaded()
    {
        var page = await world.SignIn("portfolio.manager");
        await page.Open("/cases/new");
        await page.Field("Title").FillAsync("To be continued");
        await Expect(page.GetByText("Draft saved in this browser")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await page.Alive();

        await Expect(page.Field("Title")).ToHaveValueAsync("To be continued");
    }

    [Fact]
    public async Task A_revision_shows_what_it_changes_before_it_is_sent()
    {
        var page = await world.SignIn("portfolio.manager");
        await page.Open($"/cases/{world.CaseOf("g07-lead-qualification-chat")}/revise");
        await page.Field("Title").FillAsync("Leads, told apart");

        await Expect(page.Heading("What this revision changes")).ToBeVisibleAsync();
        await Expect(page.Locator("ins")).ToHaveTextAsync("Leads, told apart");
        await page.Button("Send the revision").ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("revision 2");
    }

    [Fact]
    public async Task A_file_is_tried_out_before_anything_is_sent()
    {
        var page = await world.SignIn("portfolio.manager");
        await page.Open("/cases/import");
        await page.SetInputFilesAsync("#file", new FilePayload
        {
            Name = "two.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes($"[{Platform.RunningPlatform.ExampleUseCase},{{\"title\":\"half\"}}]"),
        });

        await Expect(page.Heading("Dry run: 1 of 2 cases can be submitted")).ToBeVisibleAsync();
        await page.Button("Submit 1 cases").ClickAsync();
        await Expect(page.GetByText("submitted", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_pages_speak_German_with_German_figures()
    {
        var page = await world.SignIn("portfolio.manager", culture: "de-DE");
        await page.Open($"/cases/{world.CaseOf(World.Known)}");

        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await Expect(page.Heading("Empfehlung")).ToBeVisibleAsync();
        await Expect(page.Locator("figure table")).ToContainTextAsync("393.805");
    }

    /// <summary>Answers what every case must answer.</summary>
    internal static async Task FillIn(IPage page)
    {
        await page.Field("Title").FillAsync("Letters sorted by subject");
        await page.Field("Summary").FillAsync("Sorts incoming letters by subject for the teams.");
        await page.Field("Business unit").SelectOptionAsync("Retail Banking");
        await page.Field("Domain").SelectOptionAsync("finance");
        await page.Field("Objective").FillAsync("Half the time to the first reply within a year.");
        await page.Locator("details.section").EvaluateAllAsync<object>("all => all.forEach(section => section.open = true)");
        await page.Field("Labelled examples").FillAsync("20000");
        await page.Field("Requests per month").FillAsync("90000");
        await page.Field("Prompt tokens per request").FillAsync("1200");
        await page.Field("Output tokens per request").FillAsync("150");
        await page.Field("The benefit comes from").SelectOptionAsync("hours-saved");
        await page.Field("Jurisdictions").FillAsync("EU");
        await page.GetByRole(AriaRole.Group, new() { Name = "Regulated sectors" }).GetByLabel("Finance").CheckAsync();
    }
}
