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
        Guid.Empty, "UC-2026-0001", "Retail", ReviewState.Approved,
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
    public async Task An_answer_without_permission_carries_no_receipt()
    {
        var id = await compliance.Open();

        (await Ask(id.ToString())).Receipt.ShouldBeNull();
        (await compliance.As(Gateway).Get("/api/decisions/UC-2026-9999")).Expect(HttpStatusCode.NotFound);
        (await compliance.As(Gateway).Get($"/api/decisions/{id}?strategy=Prompting")).ExpectProblem(HttpStatusCode.BadRequest, "strategy", "strategy");
        (await compliance.As(Gateway).Get($"/api/decisions/{id}?requestsPerMonth=-1")).Expect(HttpStatusCode.BadRequest);
    }

    private async Task<DecisionAnswer> Ask(string what) =>
        (await compliance.As(Gateway).Get($"/api/decisions/{what}")).Expect(HttpStatusCode.OK).Read<DecisionAnswer>();

    private static AskedUse Asked(
        StrategyKind? strategy = null, string? model = null, IReadOnlyList<DataCategory>? categories = null, decimal? volume = null) =>
        new(strategy, model, categories ?? [], volume);
}
