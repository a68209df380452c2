using System.Text.Json.Nodes;
using Governance.Local;
using Governance.Platform;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

/// <summary>How reviewers share work: delegations, look-alikes, conditions, and the way from one case to the next.</summary>
public sealed class DeskJourney(World world)
{
    [Fact]
    public async Task A_reviewer_on_leave_names_a_colleague_whose_sign_off_names_both_until_it_is_revoked()
    {
        var away = await world.SignIn("security.reviewer");
        await world.Read("privacy.reviewer", "/api/reviewers");
        await away.Open("/delegations");
        await away.Field("Who reviews instead").SelectOptionAsync(new SelectOptionValue { Label = "Privacy Reviewer (Privacy)" });
        await away.Field("Reason").FillAsync("On leave.");
        await away.Button("Delegate").ClickAsync();
        await Expect(away.GetByText("Privacy Reviewer reviews for you until")).ToBeVisibleAsync();
        await away.Picture("reviewer-delegations");

        var id = await world.Submit(RunningPlatform.ExampleUseCase);
        var helper = await world.SignIn("privacy.reviewer");
        await helper.Open($"/reviews/{id}");
        await helper.Field("For the queue").SelectOptionAsync(new SelectOptionValue { Label = "Security, for Security Reviewer" });
        await helper.Button("Sign off").ClickAsync();
        await Expect(helper.Locator(".signoffs")).ToContainTextAsync("you for Security Reviewer");

        var auditor = await world.SignIn("auditor");
        await auditor.Open($"/cases/{id}");
        await Expect(auditor.Locator(".signoffs")).ToContainTextAsync("Privacy Reviewer for Security Reviewer");

        await away.Button("Revoke: Privacy Reviewer for you").ClickAsync();
        await away.Button("Yes, end it now").ClickAsync();
        await Expect(away.GetByText("The delegation has ended.")).ToBeVisibleAsync();
        await helper.Open("/delegations");
        await Expect(helper.Locator("main")).ToContainTextAsync("you for Security Reviewer");
        await Expect(helper.Locator("main")).ToContainTextAsync("revoked");
    }

    [Fact]
    public async Task Look_alikes_are_ticked_by_keyboard_and_signed_off_together_and_the_rest_says_why_not()
    {
        var low = Low("NO");
        var precedent = await world.Submit(low);
        await world.Approve(precedent);
        var (alike, other) = (await world.Submit(low), await world.Submit(RunningPlatform.ExampleUseCase));
        var page = await world.SignIn("risk.reviewer");
        await page.Open("/reviews?queue=risk");
        var number = (await world.Read("auditor", $"/api/reviews/{alike}")).GetProperty("number").GetString()!;
        var refused = (await world.Read("auditor", $"/api/reviews/{other}")).GetProperty("number").GetString()!;
        await page.Button("Approve look-alikes together").ClickAsync();
        await Expect(page.Locator("tr").Filter(new() { HasText = refused })).ToContainTextAsync("Policy allows no bulk approval");

        var row = page.Locator("tr").Filter(new() { HasText = number });
        await Expect(row).ToContainTextAsync("like UC-");
        await row.Locator("[data-walk]").FocusAsync();
        await page.Keyboard.PressAsync(" ");
        await Expect(row.GetByRole(AriaRole.Checkbox)).ToBeCheckedAsync();
        await page.Picture("reviewer-together");
        await page.Button("Sign off 1 chosen").ClickAsync();
        await page.Button("Yes, sign off 1").ClickAsync();

        await Expect(page.GetByText("1 signed off, 0 not.")).ToBeVisibleAsync();
        await World.Until("the approval", async () => (await world.Read("auditor", $"/api/reviews/{alike}")).GetProperty("state").GetString() == "approved");
    }

    [Fact]
    public async Task A_condition_goes_from_the_reviewer_to_its_owner_and_back_until_it_is_met()
    {
        var id = await world.Submit(Low("CH"));
        await world.Read("portfolio.manager", "/api/notifications/counts");
        var reviewer = await world.SignIn("risk.reviewer");
        await reviewer.Open($"/reviews/{id}");
        await reviewer.Button("Add a condition").ClickAsync();
        await reviewer.Field("Condition 1").FillAsync("Train the staff.");
        await reviewer.Field("Who sees to it").SelectOptionAsync(new SelectOptionValue { Label = "Portfolio Manager" });
        await reviewer.Field("Until the end of").FillAsync(DateTime.UtcNow.AddDays(30).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await reviewer.Field("Evidence wanted").FillAsync("A list of names.");
        await reviewer.Button("Sign off").ClickAsync();
        await Expect(reviewer.GetByText("Your sign-off is recorded.")).ToBeVisibleAsync();

        var manager = await world.SignIn("portfolio.manager");
        await manager.Open($"/cases/{id}");
        await Expect(manager.Locator(".conditions")).ToContainTextAsync("A list of names.");
        await manager.GetByText("Hand in evidence").ClickAsync();
        await manager.Field("What shows that it is met").FillAsync("In the wiki.");
        await manager.Button("Hand in").ClickAsync();
        await Expect(manager.Locator(".conditions")).ToContainTextAsync("evidence given");
        await manager.Picture("manager-condition");

        await reviewer.Open($"/reviews/{id}");
        await reviewer.GetByText("Refuse the evidence").ClickAsync();
        await reviewer.Field("What is missing").FillAsync("Names are missing.");
        await reviewer.Button("Refuse").ClickAsync();
        await Expect(manager.Locator(".conditions")).ToContainTextAsync("Names are missing.");
        await reviewer.Button("It is met: Train the staff.").ClickAsync();
        await Expect(reviewer.GetByText("The condition is met.")).ToBeVisibleAsync();
        await Expect(manager.Locator(".conditions .tag")).ToHaveTextAsync("met");
    }

    [Fact]
    public async Task After_a_ruling_the_next_case_is_one_key_away_and_keys_can_be_switched_off()
    {
        await world.Submit(Low("IS"));
        await world.Submit(Low("IS"));
        var page = await world.SignIn("risk.reviewer");
        await page.Open("/reviews?queue=risk&tier=low");
        await page.Settled();
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("[data-walk]").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Button("Sign off")).ToBeVisibleAsync();
        var first = page.Url;
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByText("The review is yours now.")).ToBeVisibleAsync();
        await Expect(page.Locator(".signoffs")).ToContainTextAsync("left");
        await page.Button("Sign off").ClickAsync();
        await Expect(page.GetByText("Your sign-off is recorded.")).ToBeVisibleAsync();
        await Expect(page.Locator("#next-case")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => url != first && url.Contains("/reviews/", StringComparison.Ordinal));

        await Expect(page.Button("Claim")).ToBeEnabledAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToContainTextAsync("Claim");
        await page.GetByLabel("Use single keys in this browser").UncheckAsync();
        await page.Button("Close").ClickAsync();
        await page.Keyboard.PressAsync("r");
        await page.Button("Add a condition").ClickAsync();
        await Expect(page.Field("Condition 1")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_case_is_moved_up_and_handed_to_a_colleague_from_its_page()
    {
        var id = await world.Submit(RunningPlatform.ExampleUseCase);
        var page = await world.SignIn("legal.reviewer");
        await page.Open($"/reviews/{id}");
        await page.Settled();
        await page.Locator("summary").Filter(new() { HasText = "Priority" }).ClickAsync();
        await page.Locator("#priority").SelectOptionAsync("Urgent");
        await page.Field("Why this priority").FillAsync("A regulator asks.");
        await page.Button("Change the priority").ClickAsync();
        await Expect(page.GetByText("The priority is changed.")).ToBeVisibleAsync();
        await Expect(page.Locator(".head .tag").Filter(new() { HasText = "Urgent" })).ToBeVisibleAsync();

        await page.Locator("summary").Filter(new() { HasText = "Ask a colleague instead" }).ClickAsync();
        await page.Field("Who reviews instead").SelectOptionAsync(new SelectOptionValue { Label = "Risk Reviewer" });
        await page.Field("Why a colleague").FillAsync("Knows the letters.");
        await page.Button("Hand it over").ClickAsync();
        await Expect(page.GetByText("The case is handed over.")).ToBeVisibleAsync();
        await page.Open("/delegations");
        await Expect(page.Locator("tr").Filter(new() { HasText = "Knows the letters." })).ToContainTextAsync("one case");
    }

    [Fact]
    public async Task A_reviewer_keeps_a_view_of_the_queue_with_its_count_and_finds_typed_words_again_after_leaving()
    {
        var id = await world.Submit(Low("CH"));
        var page = await world.SignIn("legal.reviewer");
        await page.Open("/reviews?tier=low");
        await page.Field("Name of the view").FillAsync("Low ones");
        await page.Button("Save this view").ClickAsync();
        var view = page.GetByRole(AriaRole.Group, new() { Name = "Saved views" }).GetByRole(AriaRole.Link);
        await Expect(view).ToContainTextAsync("Low ones");
        await page.Open("/reviews?state=approved");
        await view.ClickAsync();
        await page.WaitForURLAsync(url => url.EndsWith("/reviews?tier=low", StringComparison.Ordinal));
        await page.Button("Delete the view Low ones").ClickAsync();
        await Expect(view).ToHaveCountAsync(0);

        var risk = await world.SignIn("risk.reviewer");
        await risk.Open($"/reviews/{id}");
        await risk.Button("Request changes").ClickAsync();
        await risk.Field("Reason").FillAsync("Name the contract.");
        await risk.WaitForFunctionAsync("() => Object.keys(localStorage).some(key => key.startsWith('governance.ruling') && localStorage.getItem(key).includes('contract.'))");
        await risk.ReloadAsync();
        await Expect(risk.Field("Reason")).ToHaveValueAsync("Name the contract.");
    }

    [Fact]
    public async Task Everybody_says_how_to_be_told_and_a_time_zone_that_does_not_exist_is_refused()
    {
        var page = await world.SignIn("executive");
        await page.Open("/notices/preferences");
        await page.GetByLabel("Once a day").CheckAsync();
        await page.Locator("#hour").SelectOptionAsync("7");
        await page.Field("Time zone").FillAsync("Europe/Nowhere");
        await page.Button("Save").ClickAsync();
        await Expect(page.Locator(".error")).ToContainTextAsync("is no time zone");
        await page.Field("Time zone").FillAsync("Europe/Berlin");
        await page.Button("Save").ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Once a day")).ToBeCheckedAsync();
        await Expect(page.Field("Time zone")).ToHaveValueAsync("Europe/Berlin");
    }

    [Fact]
    public async Task An_administrator_adds_a_webhook_sees_its_secret_once_and_removes_it_again()
    {
        var page = await world.SignIn("administrator");
        await page.Open("/administration/webhooks");
        await page.Field("Address").FillAsync("http://10.0.0.1/hook");
        await page.Button("Add").ClickAsync();
        await Expect(page.Locator(".error")).ToContainTextAsync("must begin with https://");
        await page.Field("Address").FillAsync("https://hooks.example.org/governance");
        await page.GetByLabel("approval suspended").CheckAsync();
        await page.Button("Add").ClickAsync();
        await Expect(page.Locator(".secret")).ToContainTextAsync("whsec_");
        await page.Button("I have kept it").ClickAsync();
        await Expect(page.Locator(".secret")).ToHaveCountAsync(0);
        await page.Button("Remove: https://hooks.example.org/governance").ClickAsync();
        await page.Button("Yes, remove it").ClickAsync();
        await Expect(page.GetByText("None yet.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Everything has been delivered, or is on its way.")).ToBeVisibleAsync();
    }

    /// <summary>A case that needs the sign-off of risk alone; each name makes a family of look-alikes of its own.</summary>
    private static string Low(string country)
    {
        var body = JsonNode.Parse(File.ReadAllText(Path.Combine(Layout.OfCheckout().Root, "infra", "demo", "service-desk-ticket-summaries.json")))!;
        body["compliance"]!["jurisdictions"] = new JsonArray(country);

        return body.ToJsonString();
    }
}
