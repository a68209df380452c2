using System.Globalization;
using System.Text.Json;

namespace Governance.Local;

/// <summary>
/// Drives the demo portfolio (infra/demo) through the public API with the demo accounts: a manager submits, reviewers decide, an
/// auditor reads how long it took. Every request carries an idempotency key of its file, so that a second run finds the same
/// cases instead of doubling them.
/// </summary>
internal static class Demo
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly JsonSerializerOptions WithComments = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };
    private static readonly string[] Queues = ["risk", "legal", "privacy", "security"];

    public static async Task<int> RunAsync(Layout layout, CancellationToken ct)
    {
        if (RunState.Of(layout)?.Phase is not RunState.Running)
        {
            throw new ProblemException("The platform is not running.", "Start it with ./governance up.");
        }

        Print(await DriveAsync(layout, ct));

        return 0;
    }

    /// <summary>On the first start only, so that whoever opens the portal finds something to look at.</summary>
    public static async Task LoadOnceAsync(Layout layout, Action<string> say, CancellationToken ct)
    {
        var mark = Path.Combine(layout.State, "demo-loaded");

        if (File.Exists(mark))
        {
            return;
        }

        var rows = await DriveAsync(layout, ct);
        await File.WriteAllTextAsync(mark, "", ct);
        say($"Loaded the demo portfolio: {rows.Count} use cases (./governance demo shows them).");
    }

    private static async Task<IReadOnlyList<Row>> DriveAsync(Layout layout, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(Patience);
        using var manager = await Api.SignInAsync(layout, "portfolio.manager", deadline.Token);
        using var auditor = await Api.SignInAsync(layout, "auditor", deadline.Token);
        var reviewers = new Dictionary<string, Api>();

        try
        {
            foreach (var queue in Queues)
            {
                reviewers[queue] = await Api.SignInAsync(layout, $"{queue}.reviewer", deadline.Token);
            }

            var folder = Path.Combine(layout.Root, "infra", "demo");
            var verdicts = JsonSerializer.Deserialize<Dictionary<string, Verdict>>(
                await File.ReadAllTextAsync(Path.Combine(folder, "verdicts.jsonc"), deadline.Token), WithComments)!;
            var rows = new List<Row>();

            foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
            {
                var name = Path.GetFileNameWithoutExtension(file);
                var body = await File.ReadAllTextAsync(file, deadline.Token);
                rows.Add(await CarryAsync(name, body, verdicts.GetValueOrDefault(name), manager, auditor, reviewers, deadline.Token));
            }

            return rows;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ProblemException("The demo portfolio was not decided in time.", "Look at ./governance status; ./governance demo carries on.");
        }
        finally
        {
            foreach (var reviewer in reviewers.Values)
            {
                reviewer.Dispose();
            }
        }
    }

    private static async Task<Row> CarryAsync(
        string name, string body, Verdict? verdict, Api manager, Api auditor, Dictionary<string, Api> reviewers, CancellationToken ct)
    {
        var id = (await manager.PostAsync("/api/use-cases", body, $"demo-{name}", ct)).Require().GetProperty("id").GetString()!;
        var review = await UntilAsync(manager, $"/api/reviews/{id}", answer => answer.Succeeded, ct);

        foreach (var queue in review.GetProperty("signOffs").EnumerateArray().Select(s => s.GetProperty("queue").GetString()!))
        {
            var action = verdict?.Queue == queue ? verdict.Action : "approve";
            var input = verdict?.Queue == queue ? JsonSerializer.Serialize(verdict.Input) : "{}";
            (await reviewers[queue].PostAsync($"/api/reviews/{id}/{action}", input, $"demo-{name}-{queue}", ct)).Require();

            if (action != "approve")
            {
                break;
            }
        }

        var useCase = await UntilAsync(
            manager, $"/api/use-cases/{id}", answer => answer.Succeeded && Text(answer.Body, "status") is "approved" or "rejected" or "changes-requested", ct);
        var assessment = (await manager.GetAsync($"/api/use-cases/{id}/assessment", ct)).Require();
        var forecast = (await manager.GetAsync($"/api/use-cases/{id}/forecast", ct)).Require();
        var trail = await UntilAsync(
            auditor, $"/api/audit/use-cases/{id}", answer => answer.Succeeded && Recorded(answer.Body, "review-opened") is not null, ct);

        return new(
            Text(useCase, "number"),
            name,
            Recommendation(assessment),
            Text(forecast, "currency"),
            forecast.GetProperty("strategies").EnumerateArray()
                .DistinctBy(s => Text(s, "strategy"))
                .ToDictionary(s => Text(s, "strategy"), s => s.GetProperty("total").GetDecimal()),
            Text(useCase, "status"),
            (Recorded(trail, "review-opened") - Recorded(trail, "use-case-submitted"))!.Value);
    }

    private static async Task<JsonElement> UntilAsync(Api api, string path, Func<Api.Answer, bool> isReached, CancellationToken ct)
    {
        while (true)
        {
            var answer = await api.GetAsync(path, ct);

            if (isReached(answer))
            {
                return answer.Body;
            }

            await Task.Delay(25, ct);
        }
    }

    private static DateTimeOffset? Recorded(JsonElement trail, string contract) => trail.GetProperty("items").EnumerateArray()
        .Where(fact => Text(fact, "contract").Contains(contract, StringComparison.Ordinal))
        .Select(fact => (DateTimeOffset?)fact.GetProperty("recordedAt").GetDateTimeOffset())
        .FirstOrDefault();

    private static string Recommendation(JsonElement assessment)
    {
        var tuning = Text(assessment, "tuning");

        return Text(assessment, "recommendation")
            + (tuning is "none" ? "" : $" ({tuning})")
            + (assessment.GetProperty("retrieval").GetBoolean() ? " + retrieval" : "");
    }

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;

    private static void Print(IReadOnlyList<Row> rows)
    {
        Console.WriteLine("Three-year cost per strategy as forecast; time from submission to open review as the audit trail has it.");
        Console.WriteLine();
        Console.WriteLine($"{"number",-13} {"case",-33} {"recommendation",-46} {"prompting",12} {"tuning",12} {"hybrid",12}     {"review",-17} {"to review",10}");

        foreach (var row in rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Number,-13} {row.Case,-33} {row.Recommendation,-46} {Cost(row, "prompt-engineering"),12} {Cost(row, "fine-tuning"),12} {Cost(row, "hybrid"),12} {row.Currency} {row.Result,-17} {row.ToReview.TotalMilliseconds,7:0} ms"));
        }

        Console.WriteLine();
        Console.WriteLine($"{rows.Count} use cases: {string.Join(", ", rows.GroupBy(row => row.Result).Select(g => $"{g.Count()} {g.Key}"))}.");
    }

    private static string Cost(Row row, string strategy) =>
        row.Cost.TryGetValue(strategy, out var cost) ? cost.ToString("#,0", CultureInfo.InvariantCulture) : "-";

    private sealed record Row(
        string Number, string Case, string Recommendation, string Currency, IReadOnlyDictionary<string, decimal> Cost, string Result, TimeSpan ToReview);

    /// <summary>What one reviewer does instead of a plain approval.</summary>
    private sealed record Verdict(string Queue, string Action, JsonElement Input);
}
