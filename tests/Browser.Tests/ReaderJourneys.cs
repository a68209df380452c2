using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

public sealed class ReaderJourneys(World world)
{
    [Fact]
    public async Task An_auditor_moves_a_case_back_to_the_moment_it_was_submitted_and_takes_the_evidence_along()
    {
        var page = await world.SignIn("auditor");
        await page.Open("/audit");
        await page.GetByLabel("Number, title or words").FillAsync("Dispute letters");
        await page.Button("Find").ClickAsync();
        await Expect(page.Heading("The ledger")).ToBeVisibleAsync();
        await page.Open($"/audit/{world.CaseOf(World.Known)}");
        await Expect(page.Locator("dl.facts").First).ToContainTextAsync("Fine-tuning");
        await page.Picture("auditor-trail");

        await page.GetByRole(AriaRole.Slider).FocusAsync();
        await page.Keyboard.PressAsync("Home");

        await Expect(page.Locator("dl.facts").First).ToContainTextAsync("not yet");
        await Expect(page.Locator(".trail li.now")).ToContainTextAsync("Use case submitted");
        await Expect(page.Locator("table").First).ToContainTextAsync("recommendation");
        await page.Button("Make the decisions again").ClickAsync();
        await Expect(page.GetByText("all came out as recorded")).ToBeVisibleAsync();
        var evidence = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the evidence" }).ClickAsync());
        (await File.ReadAllBytesAsync(await evidence.PathAsync())).Take(2).ShouldBe([(byte)'P', (byte)'K']);
    }

    [Fact]
    public async Task Leadership_sees_sums_with_their_table_and_takes_them_along_as_a_sheet_and_a_picture()
    {
        var page = await world.SignIn("executive");
        await page.Alive();
        await Expect(page.Heading("Portfolio")).ToBeVisibleAsync();
        await Expect(page.GetByText("expected value")).ToBeVisibleAsync();
        await page.Picture("leadership-portfolio");

        var sheet = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "CSV: Value and cost by strategy, EUR" }).ClickAsync());
        var text = await File.ReadAllTextAsync(await sheet.PathAsync());
        text.ShouldContain("\"Strategy\",\"Cases\",\"Value\",\"Cost\"");
        text.ShouldContain("\"Fine-tuning\",");
        var picture = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "PNG: Value and cost by strategy, EUR" }).ClickAsync());
        (await File.ReadAllBytesAsync(await picture.PathAsync())).Take(4).ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G']);
    }

    [Fact]
    public async Task Leadership_may_open_no_single_case()
    {
        var page = await world.SignIn("executive");
        await page.GotoAsync($"/cases/{world.CaseOf(World.Known)}");

        await Expect(page.Locator("body")).Not.ToContainTextAsync("Dispute letters");
    }

    [Fact]
    public async Task An_administrator_sees_which_policies_and_prices_are_in_force()
    {
        var page = await world.SignIn("administrator");

        await Expect(page.Heading("Administration")).ToBeVisibleAsync();
        await Expect(page.Locator("table").First).ToContainTextAsync("Built in");
    }
}
