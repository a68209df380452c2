using System.Net;
using System.Text.Json;
using Governance.Audit.Sealing;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Audit.Tests.Sealing;

public sealed class ReadModelTests(AuditService audit) : IClassFixture<AuditService>
{
    private readonly Guid id = Guid.CreateVersion7();

    [Fact]
    public async Task T18_A_hold_that_was_lifted_in_the_database_alone_is_named()
    {
        await audit.Publish(Messages.Submitted(id));
        var hold = (await audit.As(Roles.Administrator).Post("/api/audit/legal-holds", new { useCaseId = id, reason = "A lawsuit." })).Expect(HttpStatusCode.Created).Json["id"]!.GetValue<Guid>();
        (await Of("audit")).ShouldAllBe(report => report.Differing.Count == 0);
        await using (var command = audit.Database.CreateCommand("update mt_doc_legalhold set data = jsonb_set(data, '{reason}', '\"Nothing.\"') where id = $1"))
        {
            command.Parameters.AddWithValue(hold);
            (await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
        }

        var found = (await Of("audit")).SelectMany(report => report.Differing).ShouldHaveSingleItem();

        (found.Stream, found.Table).ShouldBe((hold, "mt_doc_legalhold"));
    }

    [Fact]
    public async Task T18_What_differs_at_a_service_is_named_page_by_page()
    {
        await using var costs = Costs(
            new(500, [], new(0, id)),
            new(3, [new("permission", id, "Not so.")], null));
        await costs.StartAsync(TestContext.Current.CancellationToken);
        audit.Services.GetRequiredService<IConfiguration>()["services:costs:http:0"] = costs.Urls.Single();

        var reports = await Of("costs");

        reports.Select(report => report.Streams).ShouldBe([500, 503]);
        reports.Select(report => report.IsDone).ShouldBe([false, true]);
        reports[1].Differing.ShouldHaveSingleItem().Stream.ShouldBe(id);
    }

    [Fact]
    public async Task A_service_that_cannot_be_asked_is_not_done() =>
        (await Of("strategy")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            report => report.IsDone.ShouldBeFalse(), report => report.Problem.ShouldNotBeNull().ShouldContain("strategy could not be asked"));

    private async Task<List<ReadModelReport>> Of(string service)
    {
        var lines = (await audit.As(Roles.Auditor).Get("/api/audit/read-models")).Expect(HttpStatusCode.OK).Body.TrimEnd().Split('\n');
        var reports = lines.Select(line => JsonSerializer.Deserialize<ReadModelReport>(line, Json.Options)!).ToList();
        reports.Select(report => report.Service).Distinct().ShouldBe(["intake", "data-readiness", "costs", "strategy", "compliance", "audit"]);

        return reports.FindAll(report => report.Service == service);
    }

    /// <summary>Stands in for Costs.</summary>
    private static WebApplication Costs(params ReadModelPage[] pages)
    {
        var app = StandIn.Create();
        app.Run(http => http.Response.WriteAsJsonAsync(pages[http.Request.Query["after"] == Guid.Empty.ToString() ? 0 : 1], Json.Options));

        return app;
    }
}
