using System.Text.Json;
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
        await Expect(page.Locator("table").First).ToContainTextAsync("Recommendation");
        await page.Button("Make the decisions again").ClickAsync();
        await Expect(page.GetByText("all came out as recorded")).ToBeVisibleAsync();
        var evidence = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the evidence" }).ClickAsync());
        (await File.ReadAllBytesAsync(await evidence.PathAsync())).Take(2).ShouldBe([(byte)'P', (byte)'K']);
    }

    [Fact]
    public async Task An_auditor_follows_the_seal_of_an_approval_from_the_case_to_its_place_in_the_trail()
    {
        var id = world.CaseOf(World.Known);
        await World.Until("the seal of the approval", async () =>
            (await world.Read("auditor", $"/api/reviews/{id}/seals")).GetProperty("items")[0].GetProperty("seal").ValueKind is JsonValueKind.Object);
        var page = await world.SignIn("auditor");
        await page.Open($"/cases/{id}");
        await page.GetByText("Seals in the ledger").ClickAsync();
        await page.Picture("auditor-seals");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^position ") }).First.ClickAsync();

        await Expect(page.Locator(".trail li.now")).ToContainTextAsync("Use case approved");
    }

    [Fact]
    public async Task An_auditor_sees_each_fact_proven_by_the_portal_itself()
    {
        var page = await world.SignIn("auditor");
        await page.Open($"/audit/{world.CaseOf(World.Known)}");
        await page.Button("Check all proofs").ClickAsync();

        await Expect(page.GetByText("stand in the signed tree of")).ToBeVisibleAsync();
        await Expect(page.Locator(".trail li .tag.good").First).ToContainTextAsync("proven in a checkpoint of");
        await Expect(page.Locator(".trail li .tag.bad")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_auditor_finds_the_ledger_signed_grown_complete_and_every_decision_the_same()
    {
        var page = await world.SignIn("auditor");
        await page.Open("/ledger");
        await Expect(page.GetByText("The portal has checked its signature.")).ToBeVisibleAsync();
        await Expect(page.GetByText("This browser keeps this checkpoint now.")).ToBeVisibleAsync();
        await page.Open("/ledger");
        await Expect(page.GetByText("The log continues the one of")).ToBeVisibleAsync();

        await page.Button("Compare with every service now").ClickAsync();
        await Expect(page.GetByText("The ledger holds exactly what was published.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await page.Button("Compare with what was recorded").ClickAsync();
        await Expect(page.GetByText("Everything shown is what the events add up to.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await page.Button("Make all decisions again").ClickAsync();
        await Expect(page.GetByText("all came out as recorded")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await page.Picture("auditor-ledger");
        var evidence = await page.RunAndWaitForDownloadAsync(() => page.Button("Download the evidence").ClickAsync(), new() { Timeout = 120_000 });
        (await File.ReadAllBytesAsync(await evidence.PathAsync())).Take(2).ShouldBe([(byte)'P', (byte)'K']);
    }

    [Fact]
    public async Task An_auditor_takes_a_certificate_of_the_separation_of_duties_along()
    {
        var page = await world.SignIn("auditor");
        await page.Open("/duties");
        await page.Button("Examine").ClickAsync();

        await Expect(page.GetByText("kept the separation of duties")).ToBeVisibleAsync();
        var certificate = await page.RunAndWaitForDownloadAsync(() => page.Button("Download the certificate").ClickAsync());
        (await File.ReadAllTextAsync(await certificate.PathAsync())).ShouldContain("rulingsHash");
    }

    [Fact]
    public async Task Whoever_reads_a_case_finds_the_own_reading_recorded()
    {
        var id = world.CaseOf(World.Known);
        var page = await world.SignIn("auditor");
        await page.Open($"/audit/{id}");
        await World.Until("the reading is in the trail", async () =>
        {
            await page.Open("/reads");

            return await page.Link($"…{$"{id:N}"[^8..]}").CountAsync() > 0;
        });

        await Expect(page.Locator("main table")).ToContainTextAsync("auditor");
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
}
