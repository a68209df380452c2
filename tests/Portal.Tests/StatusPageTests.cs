using System.Net;
using System.Text.RegularExpressions;

namespace Governance.Portal.Tests;

public sealed partial class StatusPageTests(PortalWorld world) : IClassFixture<PortalWorld>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_status_page_shows_how_every_service_is_and_what_flowed()
    {
        var page = await Fresh();

        page.ShouldContain("<th scope=\"row\">Intake</th><td class=\"good\">Healthy</td><td class=\"number\">3</td><td class=\"number\">1,234</td><td class=\"number\">0</td><td class=\"number\">11</td>");
        page.ShouldContain("<th scope=\"row\">Compliance</th><td class=\"bad\">Not running</td>");
        page.ShouldContain("<th scope=\"row\">Audit</th><td class=\"bad\">Not answering</td>");
        page.ShouldContain("2 services need attention.");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"outbox":[]}""")]
    [InlineData("""{"outbox":{"ready":"many"},"applied":7}""")]
    public async Task A_service_that_answers_nonsense_does_not_take_the_page_down(string flow)
    {
        var before = world.Flow;
        world.Flow = flow;

        var page = await Fresh();
        world.Flow = before;

        page.ShouldContain("<th scope=\"row\">Intake</th>");
    }

    [Fact]
    public async Task What_a_service_says_is_text_and_never_markup()
    {
        var before = world.Health;
        world.Health = """{"status":"<script>alert(1)</script>"}""";

        var page = await Fresh();
        world.Health = before;

        page.ShouldContain("&lt;script&gt;");
        page.ShouldNotContain("<script");
    }

    [Fact]
    public async Task The_page_stands_alone()
    {
        var page = await Fresh();

        page.ShouldNotContain("<script");
        page.ShouldNotContain("http-equiv");
        Addresses().Matches(page).Select(match => match.Groups[1].Value).ShouldAllBe(address => address.StartsWith('/'));
    }

    [Fact]
    public async Task The_style_of_the_page_is_the_one_its_policy_admits()
    {
        using var answer = await world.Get("/status", signedIn: false);
        var style = StyleElement().Match(await answer.Content.ReadAsStringAsync(Cancelled)).Groups[1].Value;
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style)));

        answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain($"style-src 'sha256-{hash}'");
    }

    [Fact]
    public async Task Demo_accounts_are_named_on_the_welcome_page_and_in_development_only()
    {
        await using var production = world.Start("Production");
        using var http = production.CreateClient();

        (await world.Http.GetStringAsync("/welcome", Cancelled)).ShouldContain("portfolio.manager");
        (await http.GetStringAsync("/welcome", Cancelled)).ShouldNotContain("portfolio.manager");
    }

    [Fact]
    public async Task The_documentation_loads_nothing_from_elsewhere()
    {
        using var answer = await world.Get("/api/docs/", signedIn: false);
        var page = await answer.Content.ReadAsStringAsync(Cancelled);
        var loaded = Addresses().Matches(page).Select(match => match.Groups[1].Value).ToList();

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.ShouldContain("data-readiness");
        page.ShouldNotContain("https://");
        loaded.ShouldNotBeEmpty();

        foreach (var address in loaded)
        {
            using var asset = await world.Http.GetAsync(new Uri(new Uri(world.Http.BaseAddress!, "/api/docs/"), address), Cancelled);
            asset.StatusCode.ShouldBe(HttpStatusCode.OK, address);
        }
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Addresses();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex StyleElement();

    /// <summary>The page as it is now, not as it was shown a moment ago.</summary>
    private async Task<string> Fresh()
    {
        await Task.Delay(1100, Cancelled);

        return await world.Http.GetStringAsync("/status", Cancelled);
    }
}
