using System.Net;
using System.Text;
using System.Text.Json;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.Costs.PriceBooks;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Costs.Tests.PriceBooks;

public sealed class PublishingTests(CostsService service) : IClassFixture<CostsService>
{
    private const string List =
        """
        { "gpt-4.1-mini": { "mode": "chat", "litellm_provider": "openai", "input_cost_per_token": 4e-06, "output_cost_per_token": 1.6e-05 },
          "free": { "mode": "chat", "litellm_provider": "openai", "input_cost_per_token": 0, "output_cost_per_token": 0 } }
        """;

    private static readonly Person Ada = new("Ada Admin", [Roles.Administrator], []);
    private static readonly Person Grace = new("Grace Admin", [Roles.Administrator], []);

    private readonly string version = $"2027-{Guid.CreateVersion7():n}"[..30];

    [Fact]
    public async Task A_dry_run_shows_what_an_import_would_change_and_stores_nothing()
    {
        var report = (await service.As(Ada).Post($"{Import}&dryRun=true", List)).Expect(HttpStatusCode.OK).Read<ImportReport>();

        report.DryRun.ShouldBeTrue();
        (report.Changed.ShouldHaveSingleItem() with { Members = [] }).ShouldBe(new("gpt-4.1-mini", 0.4m, 4m, 1.6m, 16m, []));
        report.Errors.Select(e => (e.Row, e.Field)).ShouldBe([("free", "input_cost_per_token"), ("free", "output_cost_per_token")]);
        (await service.As(Ada).Get($"/api/price-books/{version}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_one_administrator_imports_another_simulates_and_publishes_and_no_old_forecast_changes()
    {
        var (early, late) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var takesEffect = service.Clock.GetUtcNow().AddMinutes(1);
        (await service.Publish(Messages.Submitted(early), new(RecordedAt: takesEffect.AddSeconds(-1)))).Fault.ShouldBeNull();
        var before = await Read(early);

        var draft = (await service.As(Ada).Post(ImportFrom(takesEffect), List)).Expect(HttpStatusCode.Created);
        draft.Location.ShouldBe($"/api/price-books/{version}");
        (await service.As(Ada).Post(Publication, ifMatch: draft.ETag)).ExpectProblem(HttpStatusCode.Forbidden, "another administrator");

        var line = (await Simulate(version)).Single(l => l.UseCaseId == early);
        (line.Number, line.Revision, line.BusinessUnit).ShouldBe(("UC-2026-0042", 1, Testing.Facts.Example.BusinessUnit));
        Canonical.Hash(line.Before).ShouldBe(before.Basis.ResultHash);
        line.After.Strategies[0].Total.ShouldBeGreaterThan(line.Before.Strategies[0].Total * 2);

        (await service.As(Grace).Post(Publication, ifMatch: draft.ETag)).Expect(HttpStatusCode.OK);
        service.Clock.Advance(TimeSpan.FromSeconds(30));
        (await service.Publish(Messages.Submitted(late), new(RecordedAt: takesEffect))).Fault.ShouldBeNull();
        var after = await Read(late);

        Canonical.Hash(await Read(early)).ShouldBe(Canonical.Hash(before));
        (before.PriceBookVersion, after.PriceBookVersion).ShouldBe(("2026-11-15", version));
        Canonical.Hash(line.After).ShouldNotBe(before.Basis.ResultHash);
        after.Strategies[0].Total.ShouldBe(line.After.Strategies[0].Total, "what was simulated came true");
        (await service.Announced<PriceBookDrafted>()).ShouldContain(a => a.Fact.Version == version && a.Fact.DraftedBy == Ada.Subject);
        (await service.Announced<PriceBookPublished>()).ShouldContain(a => a.Fact.Version == version && a.Fact.PublishedBy == Grace.Subject);
    }

    [Fact]
    public async Task The_simulation_tells_of_each_case_once_by_its_latest_revision()
    {
        var id = Guid.CreateVersion7();
        await service.Publish(Messages.Submitted(id));
        await service.Publish(Messages.Revised(id, 2, Testing.Facts.Example.RequestsPerMonth(1_000)));

        var lines = await Simulate("2026-11");

        lines.Where(l => l.UseCaseId == id).ShouldHaveSingleItem().Revision.ShouldBe(2);
        lines.Select(l => l.UseCaseId).ShouldBeUnique();
        (await service.As(Ada).Post("/api/price-books/1999/simulation")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_price_book_with_a_slip_is_refused_with_its_path()
    {
        var book = Forecasts.Given.Newest.Content;
        var slipped = book with
        {
            Version = version,
            EffectiveFrom = service.Clock.GetUtcNow().AddDays(1),
            Models = [book.Models[0] with { Input = 0, CachedInput = null, BatchInput = null, BatchOutput = null }, .. book.Models.Skip(1).Where(m => m.Id != "mistral-small-3.1")],
        };

        var refusal = await service.As(Ada).Post("/api/price-books", slipped);

        refusal.ExpectProblem(HttpStatusCode.BadRequest, "2 members", "models[0].input", "models");
        refusal.Body.ShouldContain("mistral-small-3.1");
    }

    [Theory]
    [InlineData("[]", "$")]
    [InlineData("{", "$")]
    [InlineData("{}", "effectiveFrom", "effectiveFrom=2020-01-01T00:00:00Z")]
    [InlineData("{}", "effectiveFrom: must be a moment such as 2027", "effectiveFrom=soon")]
    [InlineData("{}", "effectiveFrom: is required: it must be a moment such as 2027", "asOf=2026-11-20")]
    [InlineData("{}", "asOf: must be a date such as 2027", "effectiveFrom=2031-01-01T00:00:00Z&asOf=never")]
    public async Task An_import_that_cannot_be_read_is_refused_with_what_is_wrong(string list, string field, string query = "effectiveFrom=2031-01-01T00:00:00Z") =>
        (await service.As(Ada).Post($"/api/price-books/import?version={version}&{query}{(query.Contains("asOf", StringComparison.Ordinal) ? "" : "&asOf=2026-11-20")}", list))
            .Expect(HttpStatusCode.BadRequest).Body.ShouldContain(field);

    /// <summary>Asked first, as who sends so much should, the service says no before anything is sent.</summary>
    [Fact]
    public async Task A_list_beyond_eight_megabytes_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Import)
        {
            Content = new StringContent($"{{\"{new string('x', ImportPrices.MaxBytes)}\": {{}}}}", Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;

        using var answer = await service.As(Ada).SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_list_of_the_size_the_community_keeps_is_read()
    {
        var rows = string.Join(",\n", Enumerable.Range(0, 4_000).Select(i =>
            $$"""
            "model-{{i}}": { "mode": "chat", "litellm_provider": "{{(i < 500 ? "openai" : "others")}}", "input_cost_per_token": 1e-06,
            "output_cost_per_token": 2e-06, "max_input_tokens": 128000, "metadata": { "notes": "{{new string('n', 300)}}" } }
            """));

        var report = (await service.As(Ada).Post($"{Import}&dryRun=true&providers=openai", $"{{{rows}}}")).Expect(HttpStatusCode.OK).Read<ImportReport>();

        report.Added.Count.ShouldBe(500);
        report.Skipped["another provider"].ShouldBe(3_500);
    }

    private string Import => ImportFrom(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private string Publication => $"/api/price-books/{version}/publication";

    private string ImportFrom(DateTimeOffset effectiveFrom) =>
        $"/api/price-books/import?version={version}&effectiveFrom={Uri.EscapeDataString(effectiveFrom.ToString("O"))}&asOf=2026-11-20";

    private async Task<ForecastView> Read(Guid id) =>
        (await service.As(Roles.Auditor).Get($"/api/use-cases/{id}/forecast")).Expect(HttpStatusCode.OK).Read<ForecastView>();

    private async Task<IReadOnlyList<SimulatedForecast>> Simulate(string version) =>
    [
        .. (await service.As(Ada).Post($"/api/price-books/{version}/simulation")).Expect(HttpStatusCode.OK).Body
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<SimulatedForecast>(line, Json.Options)!),
    ];
}
