using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

public sealed class AdministratorJourney(World world)
{
    [Fact]
    public async Task A_policy_is_drafted_mended_at_its_mistakes_tried_out_and_published_by_a_second_administrator()
    {
        var author = await world.SignIn("administrator");
        await author.Open("/drafts/policies");
        var content = author.Field("Content, as JSON");
        var rules = await content.InputValueAsync();
        await author.Field("Version").FillAsync("2031-01");
        await author.Field("In force from").FillAsync("2031-01-01T00:00");

        await Write(content, "{ \"decision\":\n { ] }");
        await author.Button("Save the draft").ClickAsync();
        await Expect(author.GetByText("This is no JSON yet.")).ToBeVisibleAsync();
        await author.Button("line 2").ClickAsync();
        await Expect(content).ToBeFocusedAsync();

        await Write(content, rules.Replace("\"pointsForTuning\": 4", "\"pointsForTuning\": \"four\"", StringComparison.Ordinal));
        await author.Button("Save the draft").ClickAsync();
        var mistakes = author.GetByRole(AriaRole.Alert).Filter(new() { HasText = "decision.pointsForTuning" });
        await mistakes.GetByRole(AriaRole.Button).First.ClickAsync();
        (await content.EvaluateAsync<string>("area => area.value.slice(area.selectionStart, area.selectionEnd)")).ShouldBe("\"four\"");

        await Write(content, rules.Replace("\"pointsForTuning\": 4", "\"pointsForTuning\": 60", StringComparison.Ordinal));
        await author.Button("Save the draft").ClickAsync();
        await Expect(author.Heading("2031-01")).ToBeVisibleAsync();
        await Expect(author.Locator("dl.facts").First).ToContainTextAsync("01/01/2031 00:00 UTC");
        await Expect(author.GetByText("another administrator has to publish it")).ToBeVisibleAsync();
        await Expect(author.Button("Publish")).ToHaveCountAsync(0);
        await Expect(author.GetByRole(AriaRole.Row).Filter(new() { HasText = "decision.pointsForTuning" })).ToContainTextAsync("60");

        await author.Button("Try it out on all recorded cases").ClickAsync();
        await Expect(author.GetByText("recorded decisions would come out otherwise")).ToBeVisibleAsync();
        await Expect(author.Heading("The cases")).ToBeVisibleAsync();
        await Expect(author.GetByText("EUR").First).ToBeVisibleAsync();
        await author.Picture("administrator-draft");
        var sheet = await author.RunAndWaitForDownloadAsync(() => author.Button("CSV").ClickAsync());
        (await File.ReadAllTextAsync(await sheet.PathAsync())).ShouldContain("\"Prompt engineering\"");

        var second = await world.SignIn("administrator.second");
        await second.Open("/editions/policies");
        await second.Link("2031-01").ClickAsync();
        await second.Button("Publish").ClickAsync();
        await Expect(second.GetByText("Published. It is in force from")).ToBeVisibleAsync();
        await second.Open("/editions/policies");
        await Expect(second.GetByRole(AriaRole.Row).Filter(new() { HasText = "2031-01" })).ToContainTextAsync("to come");
        await Expect(second.GetByRole(AriaRole.Row).Filter(new() { HasText = "2026-11" })).ToContainTextAsync("in force");
    }

    [Fact]
    public async Task A_price_list_is_tried_out_row_by_row_becomes_a_draft_with_its_effect_and_is_discarded()
    {
        var list = new JsonObject
        {
            ["house-model"] = new JsonObject { ["mode"] = "chat", ["litellm_provider"] = "openai", ["input_cost_per_token"] = 0.000002, ["output_cost_per_token"] = 0.000008 },
            ["broken-model"] = new JsonObject { ["mode"] = "chat", ["litellm_provider"] = "openai", ["input_cost_per_token"] = -1, ["output_cost_per_token"] = 0.000008 },
            ["a-picture"] = new JsonObject { ["mode"] = "image_generation" },
        };
        var page = await world.SignIn("administrator");
        await page.Open("/price-lists/import");
        await page.Field("Version").FillAsync("2031-02");
        await page.Field("In force from").FillAsync("2031-02-01T00:00");
        await page.SetInputFilesAsync("#list", new FilePayload { Name = "list.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(list.ToJsonString()) });
        await page.Button("Try it out").ClickAsync();

        await Expect(page.Heading("Dry run: 1 models added, 0 changed, 0 as before")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "broken-model" })).ToContainTextAsync("input_cost_per_token");
        await Expect(page.GetByText("1 not a text model")).ToBeVisibleAsync();
        await page.Button("Save as draft 2031-02").ClickAsync();
        await Expect(page.Heading("2031-02")).ToBeVisibleAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("house-model");
        await page.Button("Try it out on all recorded cases").ClickAsync();
        await Expect(page.GetByText("None of the")).ToBeVisibleAsync();

        await page.Button("Discard").ClickAsync();
        await page.Button("Discard for good").ClickAsync();
        await Expect(page.Heading("Price books")).ToBeVisibleAsync();
        await Expect(page.Link("2031-02")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_was_typed_into_a_draft_is_still_there_after_the_page_was_reloaded()
    {
        var page = await world.SignIn("administrator.second");
        await page.Open("/drafts/packs");
        await Write(page.Field("Content, as JSON"), "{ \"begun\": true }");
        await page.ReloadAsync();
        await page.Alive();

        await Expect(page.Field("Content, as JSON")).ToHaveValueAsync("{ \"begun\": true }");
        await page.Button("Drop what I typed").ClickAsync();
        await Expect(page.Field("Content, as JSON")).Not.ToHaveValueAsync("{ \"begun\": true }");
    }

    /// <summary>At once, as from the clipboard: a browser takes very long to type a whole policy.</summary>
    private static async Task Write(ILocator area, string text) =>
        await area.EvaluateAsync("(area, text) => { area.value = text; area.dispatchEvent(new Event('input', { bubbles: true })); }", text);
}
