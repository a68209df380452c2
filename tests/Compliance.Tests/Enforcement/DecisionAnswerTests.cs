using System.Net;
using System.Security.Cryptography;
using Governance.Compliance.Enforcement;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static Governance.Compliance.Tests.ComplianceService;

namespace Governance.Compliance.Tests.Enforcement;

public sealed class DecisionAnswerTests(ComplianceService compliance) : IClassFixture<ComplianceService>
{
    private static readonly Person Gateway = new("gateway", [Roles.DecisionReader], []);

    private static readonly ApprovedUse Approved = new(
        Guid.Empty, 1, "UC-2026-0001", "Retail", ReviewState.Approved,
        new(1, new(365, 30, 7, StrategyKind.FineTuning, "gpt-4.1-mini", [DataCategory.Personal], 30_000), "hash", Reviews.Known.Monday,
            Reviews.Known.Monday.AddDays(335), Reviews.Known.Monday.AddDays(365)),
        []);

    public static TheoryData<string, AskedUse, bool> Questions => new()
    {
        { "nothing more", Asked(), true },
        { "all as approved", Asked(StrategyKind.FineTuning, "gpt-4.1-mini", [DataCategory.Personal], 29_999), true },
        { "another strategy", Asked(StrategyKind.Hybrid), false },
        { "another model", Asked(model: "gpt-4.1"), false },
        { "a category that was not approved", Asked(categories: [DataCategory.Personal, DataCategory.Health]), false },
        { "the volume of the next band", Asked(volume: 30_000), false },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void Only_what_was_approved_is_allowed(string asking, AskedUse asked, bool allowed) =>
        AnswerDecision.Answer(Approved, asked, Reviews.Known.Tuesday).Allowed.ShouldBe(allowed, asking);

    [Fact]
    public void A_suspended_or_expired_approval_allows_nothing()
    {
        var suspended = Approved with { Approval = Approved.Approval! with { SuspendedFor = ["c1"] } };

        AnswerDecision.Answer(suspended, Asked(), Reviews.Known.Tuesday).Reason.ShouldContain("c1");
        AnswerDecision.Answer(suspended, Asked(), Reviews.Known.Tuesday).Allowed.ShouldBeFalse();
        AnswerDecision.Answer(Approved, Asked(), Approved.Approval!.ValidUntil).Allowed.ShouldBeFalse();
        AnswerDecision.Answer(Approved with { Approval = null, State = ReviewState.Open }, Asked(), Reviews.Known.Tuesday).Reason.ShouldContain("in review");
    }

    [Fact]
    public async Task A_gateway_checks_the_receipt_offline_against_the_published_keys()
    {
        var id = await compliance.Open();
        (await Ask(id.ToString())).Allowed.ShouldBeFalse();
        (await compliance.Act(Rita, id, "approve", new ReviewInput(Conditions: ["Log all output."]))).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, id, "approve")).Expect(HttpStatusCode.OK);

        var answer = await Ask($"{id}?strategy=prompt-engineering");

        answer.Allowed.ShouldBeTrue(answer.Reason);
        answer.Conditions.ShouldBe(["Log all output."]);
        answer.ValidUntil.ShouldNotBeNull();
        var key = (await compliance.Anonymous.Get("/api/decisions/keys")).Expect(HttpStatusCode.OK).Read<PublishedKeys>().Keys.ShouldHaveSingleItem();
        using var point = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) },
        });
        var checking = new TokenValidationParameters
        {
            ValidIssuer = Receipts.Issuer, ValidateAudience = false, ValidAlgorithms = ["ES256"], IssuerSigningKey = new ECDsaSecurityKey(point) { KeyId = key.Kid },
            LifetimeValidator = (_, expires, _, _) => expires > compliance.Clock.GetUtcNow().UtcDateTime,
        };

        var valid = await new JsonWebTokenHandler().ValidateTokenAsync(answer.Receipt, checking);
        valid.IsValid.ShouldBeTrue(valid.Exception?.Message);
        valid.Claims["sub"].ShouldBe(id.ToString());
        valid.Claims["strategy"].ShouldBe("prompt-engineering");
        var parts = answer.Receipt!.Split('.');
        parts[1] = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("prompt-engineering", "fine-tuning", StringComparison.Ordinal));
        (await new JsonWebTokenHandler().ValidateTokenAsync(string.Join('.', parts), checking)).IsValid.ShouldBeFalse();
    }

    [Fact]
    public async Task What_ends_an_approval_ends_permission_with_its_own_answer()
    {
        var id = await Approve(new ReviewInput(Terms: [new("Train the staff.", DueAt: compliance.Clock.GetUtcNow().AddDays(1))]));
        (await Ask($"{id}")).Allowed.ShouldBeTrue();
        (await Ask((await compliance.Read(id)).Number)).Allowed.ShouldBeTrue();

        (await compliance.Publish(Messages.Withdrawn(id))).Fault.ShouldBeNull();

        var ended = await Ask($"{id}");
        (ended.Allowed, ended.Reason, ended.Receipt).ShouldBe((false, "The use case was withdrawn.", null));
    }

    [Fact]
    public async Task A_condition_that_is_overdue_suspends_permission_until_its_evidence_is_accepted()
    {
        var mona = new Person("Mona Manager", [Roles.PortfolioManager], [RiskAndLegal.BusinessUnit]);
        var id = await Approve(new ReviewInput(Terms: [new("Train the staff.", DueAt: compliance.Clock.GetUtcNow().AddDays(1))]));
        var condition = (await compliance.Read(id)).Conditions.ShouldHaveSingleItem().Id;
        var receipt = (await Ask($"{id}")).Receipt;

        compliance.Clock.Advance(TimeSpan.FromDays(2));
        var suspended = await Eventually.Until(() => Ask($"{id}"), answer => !answer.Allowed, what: "the suspension");
        suspended.Reason.ShouldContain(condition);
        suspended.Receipt.ShouldBeNull();

        (await compliance.Act(mona, id, $"conditions/{condition}/evidence", new EvidenceInput("A list of names."))).Expect(HttpStatusCode.OK);
        (await Ask($"{id}")).Allowed.ShouldBeFalse();
        (await compliance.Act(Rita, id, $"conditions/{condition}/acceptance", new ReviewInput())).Expect(HttpStatusCode.OK);
        var again = await Ask($"{id}");
        again.Allowed.ShouldBeTrue(again.Reason);
        again.Receipt.ShouldNotBe(receipt);
    }

    [Fact]
    public async Task Who_asks_the_same_within_a_minute_gets_the_same_receipt()
    {
        var id = await Approve();
        var answers = new List<DecisionAnswer>();

        foreach (var question in (string[])["", "?strategy=prompt-engineering", ""])
        {
            answers.Add(await Ask($"{id}{question}"));
        }

        answers.Select(answer => answer.Receipt).Distinct().ShouldHaveSingleItem();
        compliance.Clock.Advance(TimeSpan.FromMinutes(1));
        var later = await Ask($"{id}");
        later.Receipt.ShouldNotBe(answers[0].Receipt);
        new JsonWebToken(later.Receipt).ValidTo.ShouldBeGreaterThan(new JsonWebToken(answers[0].Receipt).ValidTo);
    }

    [Fact]
    public async Task A_receipt_is_given_again_only_for_the_very_approval_it_speaks_of()
    {
        var id = await Approve();
        var first = await Ask($"{id}");
        await compliance.Recommend(id, 2, RiskAndLegal with { Title = "Another title" });

        var second = await Ask($"{id}");

        new JsonWebToken(first.Receipt).GetPayloadValue<int>("revision").ShouldBe(1);
        new JsonWebToken(second.Receipt).GetPayloadValue<int>("revision").ShouldBe(2);
    }

    [Fact]
    public async Task Receipt_keys_are_unreadable_in_the_database_and_replaced_where_they_are_lost()
    {
        var id = await Approve();
        var first = new JsonWebToken((await Ask($"{id}")).Receipt).Kid;
        (await Kept()).ShouldHaveSingleItem(first).ShouldSatisfyAllConditions(
            kept => kept.Kid.ShouldBe(first),
            kept => Should.Throw<CryptographicException>(() =>
            {
                using var key = ECDsa.Create();
                key.ImportPkcs8PrivateKey(kept.Key, out _);
            }));

        await using (var lose = compliance.Database.CreateCommand("update receipt_signing_key set private_key = 'nothing'"))
        {
            await lose.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        compliance.Clock.Advance(TimeSpan.FromMinutes(2));
        var second = new JsonWebToken((await Ask($"{id}")).Receipt).Kid;
        second.ShouldNotBe(first);
        (await compliance.Anonymous.Get("/api/decisions/keys")).Read<PublishedKeys>().Keys.ShouldHaveSingleItem().Kid.ShouldBe(second);
    }

    [Fact]
    public async Task An_answer_without_permission_carries_no_receipt()
    {
        var id = await compliance.Open();

        (await Ask(id.ToString())).Receipt.ShouldBeNull();
        (await compliance.As(Gateway).Get("/api/decisions/UC-2026-9999")).Expect(HttpStatusCode.NotFound);
        (await compliance.As(Gateway).Get($"/api/decisions/{id}?strategy=Prompting")).ExpectProblem(HttpStatusCode.BadRequest, "strategy", "strategy");
        (await compliance.As(Gateway).Get($"/api/decisions/{id}?requestsPerMonth=-1")).Expect(HttpStatusCode.BadRequest);
    }

    private async Task<Guid> Approve(ReviewInput? input = null)
    {
        var id = await compliance.Open();
        (await compliance.Act(Rita, id, "approve", input)).Expect(HttpStatusCode.OK);
        (await compliance.Act(Lara, id, "approve")).Expect(HttpStatusCode.OK);

        return id;
    }

    private async Task<List<(string Kid, byte[] Key)>> Kept()
    {
        await using var command = compliance.Database.CreateCommand("select kid, private_key from receipt_signing_key");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var kept = new List<(string, byte[])>();

        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            kept.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        }

        return kept;
    }

    private async Task<DecisionAnswer> Ask(string what) =>
        (await compliance.As(Gateway).Get($"/api/decisions/{what}")).Expect(HttpStatusCode.OK).Read<DecisionAnswer>();

    private static AskedUse Asked(
        StrategyKind? strategy = null, string? model = null, IReadOnlyList<DataCategory>? categories = null, decimal? volume = null) =>
        new(strategy, model, categories ?? [], volume);
}
