namespace Governance.Browser.Tests;

/// <summary>The pictures of the documentation. They go to docs/images when <c>./governance images</c> asks, else beside the others.</summary>
public sealed class ImageTests(World world)
{
    [Theory]
    [InlineData("portfolio.manager", "light", "/cases/{id}", "case")]
    [InlineData("risk.reviewer", "dark", "/reviews/{id}", "review")]
    [InlineData("auditor", "light", "/audit/{id}", "trail")]
    [InlineData("executive", "dark", "/", "portfolio")]
    public async Task A_page_looks_like_its_picture(string account, string theme, string path, string name)
    {
        var page = await world.SignIn(account, theme: theme);
        await page.Open(path.Replace("{id}", $"{world.CaseOf(World.Known)}", StringComparison.Ordinal));
        await page.WaitForFunctionAsync("() => !document.querySelector('main .loading')");
        var folder = Environment.GetEnvironmentVariable("GOVERNANCE_IMAGES") ?? World.Pictures;
        var picture = await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });

        picture.Length.ShouldBeGreaterThan(10_000);
    }
}
