using System.Net;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

public sealed class FindingTests(IntakePortfolio portfolio) : IClassFixture<IntakePortfolio>
{
    private readonly IntakeService intake = portfolio.Intake;

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_overlap()
    {
        var first = await Find("pageSize=3&sort=number");
        var second = await Find("pageSize=3&sort=number&page=2");
        var third = await Find("pageSize=3&sort=number&page=3");

        (first.Items.Count, second.Items.Count, third.Items.Count).ShouldBe((3, 2, 0));
        (first.Total, second.Total, third.Total).ShouldBe((5L, 5L, 5L));
        (second.Number, second.PageSize).ShouldBe((2, 3));
        Numbers([.. first.Items, .. second.Items]).ShouldBe(Numbers(portfolio.OfMona));
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=-1", "page")]
    [InlineData("pageSize=0", "pageSize")]
    [InlineData("pageSize=201", "pageSize")]
    [InlineData("sort=summary", "sort")]
    public async Task A_window_outside_the_limits_is_refused_by_name(string query, string member) =>
        (await intake.Manager.Get($"/api/use-cases?{query}")).ExpectProblem(HttpStatusCode.BadRequest, member, member);

    [Fact]
    public async Task Cases_are_found_by_unit_title_summary_and_number()
    {
        (await Find("businessUnit=Payments")).Items.ShouldHaveSingleItem().Facts.BusinessUnit.ShouldBe("Payments");
        (await Find("q=TRIAGE%20NO%203")).Items.ShouldHaveSingleItem().Facts.Title.ShouldBe("Triage no 3");
        (await Find("q=letters%20of%20widows")).Items.ShouldHaveSingleItem();
        (await Find($"q={portfolio.OfMona[1].Number}")).Items.ShouldHaveSingleItem().Number.ShouldBe(portfolio.OfMona[1].Number);
    }

    [Theory]
    [InlineData("ws", 1)]
    [InlineData("WS", 1)]
    [InlineData("5%_of c:\\d", 1)]
    [InlineData("5%of", 0)]
    [InlineData("5__of", 0)]
    [InlineData("%", 1)]
    [InlineData("_", 1)]
    [InlineData("\\", 1)]
    [InlineData("triage_no", 0)]
    [InlineData("triage no 3 routes", 0)]
    public async Task Words_are_found_to_the_letter_whatever_their_case(string words, int count) =>
        (await Find($"q={Uri.EscapeDataString(words)}")).Total.ShouldBe(count);

    [Fact]
    public async Task Cases_stored_before_there_was_an_index_of_words_are_found_as_well()
    {
        await using var forget = intake.Database.CreateCommand("truncate use_case_words");
        await forget.ExecuteNonQueryAsync();
        await using var schema = intake.Database.CreateCommand(FindUseCases.Schema);
        await schema.ExecuteNonQueryAsync();

        (await Find("q=widows&sort=title")).Items.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("submitted", 3)]
    [InlineData("in-review", 1)]
    [InlineData("withdrawn", 1)]
    [InlineData("changes-requested", 0)]
    public async Task Cases_are_found_by_the_names_of_their_stages(string status, int count) =>
        (await Find($"status={status}")).Total.ShouldBe(count);

    [Theory]
    [InlineData("InReview")]
    [InlineData("2")]
    [InlineData("nonsense")]
    public async Task What_is_no_stage_is_refused(string status) =>
        (await intake.Manager.Get($"/api/use-cases?status={status}")).Expect(HttpStatusCode.BadRequest);

    [Fact]
    public async Task Lists_are_sorted_as_asked()
    {
        Numbers((await Find("sort=-number")).Items).ShouldBe(Numbers(portfolio.OfMona).Reverse());
        (await Find("sort=title")).Items.Select(c => c.Facts.Title).ShouldBeInOrder();
        (await Find("sort=-updatedAt")).Items.Select(c => c.UpdatedAt).ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task The_ten_thousandth_case_comes_after_the_one_before_it()
    {
        portfolio.OfMona[3].Number.ShouldEndWith("-10000");
        Numbers((await Find("")).Items).ShouldBe(Numbers(portfolio.OfMona).Reverse());
        Numbers((await Find("sort=number")).Items).ShouldBe(Numbers(portfolio.OfMona));
    }

    [Fact]
    public async Task Managers_see_and_count_only_cases_of_their_own_units()
    {
        var igor = (await intake.OtherManager.Get("/api/use-cases")).Read<Page<UseCaseView>>();

        igor.Total.ShouldBe(1);
        igor.Items.ShouldHaveSingleItem().Facts.BusinessUnit.ShouldBe("Insurance");
        (await intake.OtherManager.Get("/api/use-cases?businessUnit=Payments")).Read<Page<UseCaseView>>().Total.ShouldBe(0);
        (await intake.As(Roles.PortfolioManager).Get("/api/use-cases")).Read<Page<UseCaseView>>().Total.ShouldBe(0);
    }

    [Theory]
    [InlineData(Roles.Auditor)]
    [InlineData(Roles.RiskReviewer)]
    [InlineData(Roles.LegalReviewer)]
    [InlineData(Roles.PrivacyReviewer)]
    [InlineData(Roles.SecurityReviewer)]
    public async Task Reviewers_and_auditors_see_all_units(string role) =>
        (await intake.As(role).Get("/api/use-cases")).Read<Page<UseCaseView>>().Total.ShouldBe(6);

    [Theory]
    [InlineData(Roles.Executive)]
    [InlineData(Roles.Administrator)]
    [InlineData(Roles.UsageWriter)]
    [InlineData(Roles.DecisionReader)]
    public async Task Nobody_else_sees_a_case(string role)
    {
        (await intake.As(role, "Payments").Get("/api/use-cases")).Expect(HttpStatusCode.Forbidden);
        (await intake.As(role, "Payments").Get($"/api/use-cases/{portfolio.OfMona[0].Id}")).Expect(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_shown() =>
        (await intake.Anonymous.Get("/api/use-cases")).Expect(HttpStatusCode.Unauthorized);

    private async Task<Page<UseCaseView>> Find(string query) =>
        (await intake.Manager.Get($"/api/use-cases?{query}")).Expect(HttpStatusCode.OK).Read<Page<UseCaseView>>();

    private static IEnumerable<string> Numbers(IEnumerable<UseCaseView> cases) => cases.Select(c => c.Number);

    private static IEnumerable<string> Numbers(IEnumerable<UseCaseReceipt> cases) => cases.Select(c => c.Number);
}

/// <summary>Five cases of Mona's two units in three stages, the fourth being number ten thousand, and one of Igor's.</summary>
public sealed class IntakePortfolio(PostgresServer postgres) : IAsyncLifetime
{
    public IntakeService Intake { get; } = new(postgres);

    public IReadOnlyList<UseCaseReceipt> OfMona { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await Intake.InitializeAsync();
        var cases = new List<UseCaseReceipt>();

        for (var i = 0; i < 5; i++)
        {
            if (i == 2)
            {
                await using var command = Intake.Database.CreateCommand("select setval('use_case_number', 9998)");
                await command.ExecuteNonQueryAsync();
            }

            cases.Add(await Intake.Submit(Facts.Example with
            {
                Title = $"Triage no {i}",
                Summary = i switch { 3 => "Routes 5%_of C:\\Disputes.", 4 => "Answers Letters of Widows.", _ => "Routes disputes." },
                BusinessUnit = i == 2 ? "Payments" : "Retail Banking",
            }));
        }

        OfMona = cases;
        await Intake.Submit(Facts.Example with { BusinessUnit = "Insurance" }, Intake.OtherManager);
        await Intake.Publish(Messages.ReviewOpened(cases[0].Id));
        (await Intake.Manager.Post($"/api/use-cases/{cases[1].Id}/withdrawal", ifMatch: "\"r1\"")).Expect(HttpStatusCode.OK);
    }

    public ValueTask DisposeAsync() => Intake.DisposeAsync();
}
