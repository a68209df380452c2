using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

public sealed class ErasureJourney(World world)
{
    [Fact]
    public async Task An_erasure_is_tried_out_asked_for_and_approved_by_a_second_person_until_it_is_done_in_every_service()
    {
        var id = await world.Submit(Platform.RunningPlatform.ExampleUseCase);
        var privacy = await world.SignIn("privacy.reviewer");
        await privacy.Open("/erasures");
        await privacy.GetByText("Ask for an erasure").ClickAsync();
        await privacy.Field("Number of the case").FillAsync((await world.Read("auditor", $"/api/reviews/{id}")).GetProperty("number").GetString()!);
        await privacy.Field("Reason").FillAsync("The person has asked for it.");
        await privacy.Button("See what would be gone").ClickAsync();
        await Expect(privacy.GetByText("personal values of one case would be gone for good")).ToBeVisibleAsync();
        await privacy.Picture("privacy-erasure");
        await privacy.Button("Ask for this erasure").ClickAsync();
        await Expect(privacy.GetByText("Somebody else has to approve it")).ToBeVisibleAsync();

        var second = await world.SignIn("administrator");
        await second.Open(new Uri(privacy.Url).AbsolutePath);
        await second.Button("Approve the erasure").ClickAsync();
        await Expect(second.Locator("dl.facts .tag").First).ToHaveTextAsync("Erased", new() { Timeout = 180_000 });
        await second.Picture("administrator-erasure");

        var auditor = await world.SignIn("auditor");
        await auditor.Open($"/audit/{id}");
        await auditor.Button("Make the decisions again").ClickAsync();
        await Expect(auditor.GetByText("all came out as recorded")).ToBeVisibleAsync();
        await Expect(auditor.GetByText("Came out the same without texts that have been erased")).ToBeVisibleAsync();
        await Expect(auditor.GetByText("Not made again, because a text they depended on has been erased")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_hold_is_set_by_one_administrator_and_lifted_by_two()
    {
        var first = await world.SignIn("administrator");
        await first.Open("/holds");
        await first.GetByText("Set a hold").ClickAsync();
        await first.Locator("#which").FillAsync("Archive");
        await first.Field("Reason").FillAsync("A lawsuit is pending.");
        await first.Button("Set the hold").ClickAsync();
        var row = first.GetByRole(Microsoft.Playwright.AriaRole.Row).Filter(new() { HasText = "Archive" });
        await Expect(row).ToContainTextAsync("Active");
        await row.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Ask to lift it" }).ClickAsync();
        await first.Locator("#lift").FillAsync("It is settled.");
        await first.Button("Ask to lift the hold").ClickAsync();
        await Expect(row).ToContainTextAsync("Another administrator lifts it.");

        var second = await world.SignIn("administrator.second");
        await second.Open("/holds");
        await second.GetByRole(Microsoft.Playwright.AriaRole.Row).Filter(new() { HasText = "Archive" })
            .GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Lift it" }).ClickAsync();
        await second.Locator("#lift").FillAsync("Confirmed.");
        await second.Button("Lift the hold").ClickAsync();
        await Expect(second.GetByRole(Microsoft.Playwright.AriaRole.Row).Filter(new() { HasText = "Archive" })).ToContainTextAsync("Released");
    }
}
