using Microsoft.Playwright;

namespace Governance.Browser.Tests;

/// <summary>What every journey does with a page.</summary>
internal static class Live
{
    extension(IPage page)
    {
        /// <summary>Opens a page and waits until it answers to clicks: until then it is a picture of itself.</summary>
        public async Task Open(string path)
        {
            await page.GotoAsync(path);
            await page.Alive();
        }

        public async Task Alive()
        {
            await page.Locator("main h1").First.WaitForAsync();
            await page.Locator("html[data-live]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }

        /// <summary>Waits until nothing of the page is loading: keys and counts mean something from then on.</summary>
        public async Task Settled()
        {
            await page.Alive();
            await page.WaitForFunctionAsync("() => !document.querySelector('main .loading')");
        }

        public ILocator Heading(string name) => page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });

        public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

        public ILocator Link(string name) => page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

        /// <summary>The first field of the page itself with this label.</summary>
        public ILocator Field(string label) => page.Locator("main").GetByLabel(label).First;

        public Task Picture(string name) => page.ScreenshotAsync(new() { Path = Path.Combine(World.Pictures, $"{name}.png"), FullPage = true });
    }
}
