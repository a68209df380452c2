using System.Text.Json.Nodes;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Governance.Browser.Tests;

public sealed class PageTests(World world)
{
    private static readonly Dictionary<string, string[]> Pages = new()
    {
        ["portfolio.manager"] = ["/", "/cases", "/cases/new", "/cases/import", "/cases/{id}", "/cases/{id}/revise", "/cases?q=nothing-like-it"],
        ["risk.reviewer"] = ["/", "/reviews/{id}", "/reviews?queue=risk&state=approved", "/notices", "/delegations", "/search?q=letters"],
        ["auditor"] = ["/", "/audit", "/audit?q=nothing-like-it", "/audit/{id}", "/ledger", "/duties", "/reads", "/portfolio?unit=Retail%20Banking", "/editions/policies"],
        ["executive"] = ["/", "/portfolio?strategy=hybrid", "/portfolio?unit=Nowhere", "/notices/preferences"],
        ["administrator"] = ["/", "/editions/policies", "/editions/prices/2026-11", "/drafts/policies", "/price-lists/import", "/erasures", "/holds", "/retention", "/administration/webhooks", "/delegations", "/search?q=hooks"],
    };

    /// <summary>Labels of charts that are smaller than 11 pixels, cover each other or are cut off.</summary>
    private const string UnreadableLabels = """
        () => [...document.querySelectorAll('svg.chart text')].filter(label => label.getClientRects().length > 0).flatMap(label => {
            const svg = label.ownerSVGElement, whole = svg.getBoundingClientRect(), box = label.getBoundingClientRect();
            const size = parseFloat(getComputedStyle(label).fontSize) * whole.width / svg.viewBox.baseVal.width;
            const covers = [...svg.querySelectorAll('text')].map(other => [other, other.getBoundingClientRect()]).filter(([other, its]) =>
                other !== label && its.left < box.right && box.left < its.right && its.top < box.bottom && box.top < its.bottom);
            return [
                ...(size < 11 ? [`label ${label.textContent} has ${size} pixels`] : []),
                ...(box.left < whole.left - 1 || box.right > whole.right + 1 ? [`label ${label.textContent} is cut off`] : []),
                ...covers.map(([other]) => `label ${label.textContent} covers ${other.textContent}`),
            ];
        })
        """;

    public static TheoryData<string, string, string, int> Looks =>
    [
        .. from account in Pages.Keys
           from look in new[] { ("light", "en-GB", 1280), ("dark", "de-DE", 360) }
           select new TheoryDataRow<string, string, string, int>(account, look.Item1, look.Item2, look.Item3),
    ];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task No_page_has_an_accessibility_violation_or_a_sideways_scroll(string account, string theme, string culture, int width)
    {
        world.Complaints.Clear();
        var page = await world.SignIn(account, culture, theme, width);
        List<string> found = [];

        foreach (var path in Pages[account])
        {
            await page.Open(path.Replace("{id}", $"{world.CaseOf(World.Known)}"));
            await page.WaitForFunctionAsync("() => !document.querySelector('main .loading')");
            await page.Picture($"{account}{path.Replace('/', '-').Replace("{id}", "case").Replace('?', '-').Replace('%', '-')}-{theme}");
            var result = await page.RunAxe();
            found.AddRange(result.Violations.Select(violation => $"{path}: {violation.Id}, {violation.Nodes.Length} times, such as {violation.Nodes[0].Html}"));

            if (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > window.innerWidth + 1"))
            {
                found.Add($"{path}: wider than its window of {width}");
            }

            found.AddRange((await page.EvaluateAsync<string[]>(UnreadableLabels)).Select(label => $"{path}: {label}"));
        }

        found.Concat(world.Complaints).ShouldBeEmpty();
    }

    [Fact]
    public async Task Hostile_text_is_shown_as_text_wherever_a_case_appears()
    {
        const string Hostile = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script> =HYPERLINK(\"http://x\")";
        var body = JsonNode.Parse(Platform.RunningPlatform.ExampleUseCase)!;
        body["title"] = Hostile;
        body["summary"] = $"{Hostile} }}}} {{{{7*7}}}}";
        var id = await world.Submit(body.ToJsonString());

        foreach (var (account, path) in new[] { ("portfolio.manager", "/"), ("portfolio.manager", $"/cases/{id}"), ("risk.reviewer", $"/reviews/{id}"), ("auditor", $"/audit/{id}") })
        {
            var page = await world.SignIn(account);
            await page.Open(path);
            await Expect(page.GetByText(Hostile).First).ToBeVisibleAsync();
            (await page.TitleAsync()).ShouldNotContain("owned");
            (await page.Locator("main img").CountAsync()).ShouldBe(0);
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task A_portal_that_dies_while_somebody_types_costs_a_sign_in_and_not_a_word()
    {
        var page = await world.SignIn("portfolio.manager.insurance");
        await page.Open("/cases/new");
        await page.Field("Title").FillAsync("Written before the fall");
        await Expect(page.GetByText("Draft saved in this browser")).ToBeVisibleAsync();
        var portal = world.Platform.Supervisor.Services["portal"];
        portal.Kill();
        await portal.Exited;
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The connection is interrupted");
        await portal.StartAsync(CancellationToken.None);

        await page.Locator("#username").WaitForAsync();
        await world.FillSignIn(page, "portfolio.manager.insurance");
        await Expect(page.Field("Title")).ToHaveValueAsync("Written before the fall");
    }

    [Fact]
    public async Task The_browser_holds_no_token_and_another_site_can_sign_nobody_out()
    {
        var page = await world.SignIn("auditor");
        await page.Open("/");
        var cookies = await page.Context.CookiesAsync([world.Portal]);

        cookies.Where(cookie => !cookie.HttpOnly || cookie.SameSite == SameSiteAttribute.None).Select(cookie => cookie.Name).ShouldBeEmpty();
        string[] kept = [.. cookies.Select(cookie => cookie.Value), await page.ContentAsync(), await page.EvaluateAsync<string>("() => JSON.stringify({ ...localStorage, ...sessionStorage })")];
        kept.Where(text => text.Contains("eyJhbGciOi", StringComparison.Ordinal)).ShouldBeEmpty();

        var forged = await page.Context.APIRequest.PostAsync($"{world.Portal}/sign-out");
        forged.Status.ShouldBe(400);
        await page.Open("/ledger");
        await Expect(page.Heading("Ledger")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_first_page_after_signing_in_weighs_less_than_a_megabyte()
    {
        var page = await world.SignIn("portfolio.manager");
        var client = await page.Context.NewCDPSessionAsync(page);
        var bytes = 0.0;
        await client.SendAsync("Network.enable");
        await client.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        client.Event("Network.loadingFinished").OnEvent += (_, finished) => bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
        await page.Open("/");

        TestContext.Current.SendDiagnosticMessage($"{bytes:0} bytes");
        bytes.ShouldBeInRange(20_000, 1_000_000);
    }
}
