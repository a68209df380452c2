using System.Globalization;
using Governance.Local;
using Governance.Platform;
using Microsoft.Playwright;

namespace Governance.Benchmarks;

/// <summary>
/// The front page of each role in a real browser, on the demo portfolio and on many cases: time on the server, bytes over the wire
/// of a first load with nothing cached, and time until the page answers to clicks.
/// </summary>
internal static class PortalBenchmark
{
    private const int Loads = 30;
    private static readonly string[] People = ["portfolio.manager", "risk.reviewer", "auditor", "executive"];

    public static async Task<int> RunAsync(int cases, CancellationToken ct)
    {
        await using var platform = await RunningPlatform.StartAsync(ct);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        await LoadAsync(platform, ct);
        Console.WriteLine($"Each role's front page, {Loads} loads; goals: server p95 <= 150 ms, first load <= 1 MB.");
        Console.WriteLine($"{"cases",10} {"role",-18} {"server p50",11} {"p95",8} {"live p50",9} {"p95",8} {"first load",11}");
        await MeasureAsync(platform, browser, "demo");
        await MultiplyAsync(platform, cases, ct);
        await MeasureAsync(platform, browser, cases.ToString("N0", CultureInfo.InvariantCulture));

        return 0;
    }

    private static async Task LoadAsync(RunningPlatform platform, CancellationToken ct)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Layout.OfCheckout().Root, "infra", "demo"), "*.json").Order(StringComparer.Ordinal))
        {
            var receipt = (await platform.As("portfolio.manager").PostAsync("/api/use-cases", await File.ReadAllTextAsync(file, ct), Path.GetFileName(file), ct)).Require();
            await RunningPlatform.UntilAsync(
                "review", async c => (await platform.As("auditor").GetAsync($"/api/reviews/{receipt.GetProperty("id").GetString()}", c)).Succeeded ? "" : null, TimeSpan.FromSeconds(60), ct);
        }
    }

    /// <summary>Copies of the demo's rows under numbers of their own, in the tables the front pages read.</summary>
    private static async Task MultiplyAsync(RunningPlatform platform, int cases, CancellationToken ct)
    {
        await Run("intake", Documents("mt_doc_usecase", cases), ct);
        await Run("compliance", Documents("mt_doc_review", cases), ct);
        await Run("costs", $"""
            insert into portfolio_case(use_case_id, revision, first_at, currency, horizon_months, variants, forecast_at, business_unit, strategy, variant, assessed_at, tier, review_at, approved_at, valid_until)
            select gen_random_uuid(), revision, first_at - make_interval(days => n % 700), currency, horizon_months, variants, forecast_at, business_unit, strategy, variant, assessed_at, tier, review_at,
                case when n % 3 > 0 then review_at + make_interval(hours => n % 90) end, case when n % 3 > 0 then now() + make_interval(days => n % 400) end
            from generate_series(1, {cases}) n
            join (select *, row_number() over () as pick, count(*) over () as all_of_them from portfolio_case) p on p.pick = n % p.all_of_them + 1;
            analyze portfolio_case
            """, ct);

        async Task Run(string service, string sql, CancellationToken token)
        {
            await using var database = platform.Database(service);
            await using var command = database.CreateCommand(sql);
            command.CommandTimeout = 600;
            await command.ExecuteNonQueryAsync(token);
        }
    }

    private static string Documents(string table, int cases) => $"""
        do $$
        declare others text;
        begin
            select coalesce(string_agg(format(', %I', column_name), ''), '') into others
            from information_schema.columns where table_name = '{table}' and column_name not in ('id', 'data') and is_generated = 'NEVER';
            execute format('insert into {table}(id, data%s)
                select g.id, t.data || jsonb_build_object(''id'', g.id, ''number'', ''UC-2026-'' || (10000 + g.n))%s
                from (select n, gen_random_uuid() as id from generate_series(1, {cases}) n) g
                join (select *, row_number() over () as pick, count(*) over () as all_of_them from {table}) t on t.pick = g.n %% t.all_of_them + 1', others, others);
        end $$;
        analyze {table}
        """;

    private static async Task MeasureAsync(RunningPlatform platform, IBrowser browser, string cases)
    {
        var portal = platform.Layout.Portal.OriginalString.TrimEnd('/');

        foreach (var person in People)
        {
            var context = await browser.NewContextAsync(new() { BaseURL = portal });
            var page = await context.NewPageAsync();
            await page.GotoAsync("/sign-in");
            await page.FillAsync("#username", person);
            await page.FillAsync("#password", "governance");
            await page.ClickAsync("button[type=submit]");
            await page.WaitForURLAsync($"{portal}/**");
            var bytes = await FirstLoadAsync(page);
            List<double> server = [], live = [];

            for (var load = 0; load < Loads; load++)
            {
                await page.GotoAsync("/");
                var at = await page.WaitForFunctionAsync("() => document.documentElement.dataset.live");
                live.Add(double.Parse((await at.JsonValueAsync<string>())!, CultureInfo.InvariantCulture));
                server.Add(await page.EvaluateAsync<double>("() => { const n = performance.getEntriesByType('navigation')[0]; return n.responseEnd - n.requestStart; }"));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{cases,10} {person,-18} {At(server, .5),8:0} ms {At(server, .95),5:0} ms {At(live, .5),6:0} ms {At(live, .95),5:0} ms {bytes / 1024,8:0} KB"));
            await context.CloseAsync();
        }
    }

    private static async Task<double> FirstLoadAsync(IPage page)
    {
        var network = await page.Context.NewCDPSessionAsync(page);
        var bytes = 0.0;
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        network.Event("Network.loadingFinished").OnEvent += (_, finished) => bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
        await page.GotoAsync("/");
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live");
        await network.DetachAsync();

        return bytes;
    }

    private static double At(List<double> values, double part) => values.Order().ElementAt((int)Math.Ceiling(part * values.Count) - 1);
}
