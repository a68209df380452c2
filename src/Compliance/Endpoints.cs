using Governance.Compliance.Certificates;
using Governance.Compliance.Delegations;
using Governance.Compliance.Enforcement;
using Governance.Compliance.Packs;
using Governance.Compliance.People;
using Governance.Compliance.Reviews;
using Governance.ServiceDefaults;

namespace Governance.Compliance;

/// <summary>The doors of Compliance, and who may open them.</summary>
internal static class Endpoints
{
    public static void MapReviews(this WebApplication app)
    {
        var reviews = app.MapGroup("/api/reviews");
        reviews.MapGet("/", FindReviews.Many).RequireRole(Access.CaseReaders);
        reviews.MapGet("/counts", (Caller caller, CountReviews counts, CancellationToken ct) => counts.Handle(caller, ct)).RequireRole(Access.CaseReaders);
        reviews.MapGet("/{id:guid}", FindReviews.One).RequireRole(Access.CaseReaders);
        reviews.MapGet("/{id:guid}/seals", Seals.Many).RequireRole(Access.CaseReaders);
        reviews.MapGet("/{id:guid}/seals/{ruling:guid}", Seals.Handle).RequireRole(Access.CaseReaders);
        reviews.MapGet("/{id:guid}/people", NamePeople.Handle).RequireRole(Access.CaseReaders);
        reviews.MapGet("/views", SavedViews.Read).RequireRole(Access.Reviewers);
        reviews.MapPut("/views", SavedViews.Replace).RequireRole(Access.Reviewers).Accepts<Dictionary<string, string>>("application/json");
        reviews.MapPost("/bulk-approval", (HttpContext http, ApproveAlike bulk) => bulk.Approve(http))
            .RequireRole(Access.Reviewers).Accepts<BulkInput>("application/json");
        reviews.MapGet("/separation-of-duties", SeparationOfDuties.Handle).RequireRole(Roles.Auditor, Roles.Administrator);

        var actions = reviews.MapGroup("/{id:guid}").RequireRole(Access.Reviewers);
        actions.MapPost("/claim", ClaimReview.Handle).Accepts<ReviewInput>("application/json");
        actions.MapPost("/release", ReleaseReview.Handle).Accepts<ReviewInput>("application/json");
        actions.MapPost("/approve", ApproveReview.Handle).Accepts<ReviewInput>("application/json");
        actions.MapPost("/reject", RejectReview.Handle).Accepts<ReviewInput>("application/json");
        actions.MapPost("/request-changes", RequestChanges.Handle).Accepts<ReviewInput>("application/json");
        actions.MapPost("/priority", PrioritiseReview.Handle).Accepts<PriorityInput>("application/json");
        actions.MapPost("/delegate", (Guid id, HttpContext http, GiveDelegationEndpoints delegations) => delegations.GiveOne(id, http))
            .Accepts<CaseDelegationInput>("application/json");
        actions.MapPost("/conditions/{conditionId}/acceptance", AcceptCondition.Handle).Accepts<ReviewInput>("application/json");
        actions.MapPost("/conditions/{conditionId}/refusal", RefuseEvidence.Handle).Accepts<ReviewInput>("application/json");
        reviews.MapPost("/{id:guid}/conditions/{conditionId}/evidence", GiveEvidence.Handle)
            .RequireRole(Roles.PortfolioManager).Accepts<EvidenceInput>("application/json");
    }

    public static void MapDelegations(this WebApplication app)
    {
        string[] delegators = [.. Access.Reviewers, Roles.Administrator];

        app.MapGet("/api/reviewers", FindReviewers.Handle).RequireRole([.. delegators, Roles.Auditor]);

        var delegations = app.MapGroup("/api/delegations");
        delegations.MapGet("/", FindDelegations.Handle).RequireRole([.. delegators, Roles.Auditor]);
        delegations.MapPost("/", (HttpContext http, GiveDelegationEndpoints endpoints) => endpoints.Give(http))
            .RequireRole(delegators).Accepts<DelegationInput>("application/json");
        delegations.MapPost("/{id:guid}/revocation", RevokeDelegation.Handle).RequireRole(delegators);
    }

    public static void MapEnforcement(this WebApplication app)
    {
        var decisions = app.MapGroup("/api/decisions");
        decisions.MapGet("/keys", (HttpContext http, Receipts receipts) => receipts.Publish(http)).AllowAnonymous();
        decisions.MapGet("/{key}", Answer).RequireRole([Roles.DecisionReader, .. Access.CaseReaders]);
    }

    public static void MapPacks(this WebApplication app)
    {
        app.MapGet("/api/reviews/{id:guid}/classification", ReadClassification.Handle).RequireRole(Access.CaseReaders);
        app.MapEditions<PolicyPack>("/api/policy-packs");
        app.MapPost("/api/policy-packs/{version}/simulation", SimulatePack.Handle).RequireRole(Roles.Administrator, Roles.Auditor);
    }

    private static Task<IResult> Answer(
        string key, string? strategy, string? model, string? dataCategories, decimal? requestsPerMonth, Caller caller, AnswerDecision decisions,
        CancellationToken ct) =>
        decisions.Handle(key, strategy, model, dataCategories, requestsPerMonth, caller, ct);
}
