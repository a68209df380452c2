using System.Collections.Concurrent;
using System.Text.Json;
using Governance.Browser.Tests;
using Governance.Local;
using Governance.Platform;
using Microsoft.Playwright;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(World))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Governance.Browser.Tests;

/// <summary>One running platform with the demo portfolio, and one real browser, for all journeys.</summary>
public sealed class World : IAsyncLifetime
{
    /// <summary>The case of the demo portfolio that journeys look at closely.</summary>
    public const string Known = "g25-dispute-letter-routing";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Queues = ["risk", "legal", "privacy", "security"];

    private readonly Dictionary<string, Guid> cases = [];
    private readonly List<IBrowserContext> open = [];
    private string? openedBy;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;

    public RunningPlatform Platform { get; private set; } = null!;

    public string Portal => Platform.Layout.Portal.OriginalString.TrimEnd('/');

    public Guid CaseOf(string file) => cases[file];

    /// <summary>Pictures of what was seen; the README takes some of them.</summary>
    public static string Pictures { get; } = Path.Combine(Layout.OfCheckout().Root, "artifacts", "screenshots");

    /// <summary>What browsers found fault with since the last look, such as a script that the policy of a page forbids.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Pictures);
        Platform = await RunningPlatform.StartAsync(CancellationToken.None);

        foreach (var file in Directory.EnumerateFiles(Path.Combine(Layout.OfCheckout().Root, "infra", "demo"), "*.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            cases[name] = await Submit(await File.ReadAllTextAsync(file));
        }

        foreach (var decided in cases.Keys.Where((_, i) => i % 2 == 0).Append(Known).Distinct())
        {
            await Approve(cases[decided]);
        }

        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds / 2);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium(), Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    /// <summary>Hands a case in and waits for its review.</summary>
    public async Task<Guid> Submit(string body)
    {
        var receipt = (await Platform.As("portfolio.manager").PostAsync("/api/use-cases", body, $"{Guid.CreateVersion7()}", CancellationToken.None)).Require();
        var id = receipt.GetProperty("id").GetGuid();
        await Until($"review of {id}", async () => (await Platform.As("auditor").GetAsync($"/api/reviews/{id}", CancellationToken.None)).Succeeded);

        return id;
    }

    public async Task<JsonElement> Read(string account, string path) => (await Platform.As(account).GetAsync(path, CancellationToken.None)).Require();

    public static async Task Until(string what, Func<Task<bool>> holds) =>
        await RunningPlatform.UntilAsync(what, async _ => await holds() ? "" : null, Patience, CancellationToken.None);

    /// <summary>A browser of its own for one person, signed in by the form of the identity server.</summary>
    public async Task<IPage> SignIn(string account, string culture = "en-GB", string theme = "light", int width = 1280)
    {
        await CloseWhatEarlierTestsLeft();
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = Portal, Locale = culture, ViewportSize = new() { Width = width, Height = 900 }, AcceptDownloads = true, ReducedMotion = ReducedMotion.Reduce,
        });
        open.Add(context);
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => Complaints.Enqueue($"{page.Url}: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type is "error")
            {
                Complaints.Enqueue($"{page.Url}: {message.Text}");
            }
        };
        await page.GotoAsync($"/preferences?theme={theme}&culture={culture}&to=/welcome");
        await page.GotoAsync("/sign-in");
        await FillSignIn(page, account);

        return page;
    }

    /// <summary>A page that is still open keeps asking, and its connection to the portal busy.</summary>
    private async Task CloseWhatEarlierTestsLeft()
    {
        if (TestContext.Current.Test?.UniqueID is var test && test != openedBy)
        {
            foreach (var context in open)
            {
                await context.CloseAsync();
            }

            open.Clear();
            openedBy = test;
        }
    }

    public async Task FillSignIn(IPage page, string account)
    {
        await page.FillAsync("#username", account);
        await page.FillAsync("#password", "governance");
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync(url => url.StartsWith(Portal, StringComparison.Ordinal) && !url.Contains("signin-oidc", StringComparison.Ordinal));
        await page.Locator("main h1").WaitForAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        await Platform.DisposeAsync();
    }

    /// <summary>Everybody who is needed signs off.</summary>
    public async Task Approve(Guid id)
    {
        var review = await Read("auditor", $"/api/reviews/{id}");

        foreach (var queue in Queues.Where(queue => review.GetProperty("signOffs").EnumerateArray().Any(signOff => signOff.GetProperty("queue").GetString() == queue)))
        {
            await Platform.As($"{queue}.reviewer").PostAsync($"/api/reviews/{id}/approve", "{}", $"{Guid.CreateVersion7()}", CancellationToken.None);
        }
    }

    private static string Chromium() =>
        ((string[])["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
            .SelectMany(name => (string[])[$"/usr/bin/{name}", $"/opt/homebrew/bin/{name}", $"/usr/local/bin/{name}"])
            .FirstOrDefault(File.Exists)
        ?? throw new ProblemException("Chromium is not installed.", "Run ./governance test, which installs it, or apt-get install chromium.");
}
