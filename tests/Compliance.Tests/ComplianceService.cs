using System.Net;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.Compliance.Tests;

/// <summary>Compliance with a database of its own, and the people who work its queues.</summary>
public sealed class ComplianceService(PostgresServer postgres) : ServiceFixture<Review>(postgres)
{
    public static readonly Person Rita = new("Rita Risk", [Roles.RiskReviewer], []);
    public static readonly Person Rolf = new("Rolf Risk", [Roles.RiskReviewer], []);
    public static readonly Person Lara = new("Lara Legal", [Roles.LegalReviewer], []);
    public static readonly Person Pia = new("Pia Privacy", [Roles.PrivacyReviewer], []);
    public static readonly Person Sam = new("Sam Security", [Roles.SecurityReviewer], []);

    /// <summary>Needs risk and legal, and no personal data is about.</summary>
    public static readonly UseCaseFacts RiskAndLegal = Facts.Example with
    {
        Data = Facts.Example.Data with { Categories = [], ThirdPartyTrainingAllowed = true },
        Compliance = new()
        {
            Jurisdictions = ["CH"],
            RegulatedSectors = [RegulatedSector.Insurance],
            EuAiActArea = EuAiActArea.None,
            MedicalDevice = false,
            AffectsIndividuals = false,
            AutomatedDecision = false,
            InteractsWithPublic = false,
        },
    };

    public static readonly StrategyAssessment Prompting =
        Messages.Assessment with { Recommendation = StrategyKind.PromptEngineering, Tuning = Tuning.None };

    /// <summary>Opens a review that needs a sign-off of risk and one of legal.</summary>
    public async Task<Guid> Open(params string[] editors)
    {
        var id = Guid.CreateVersion7();
        await Recommend(id, 1, RiskAndLegal, editors);

        return id;
    }

    public async Task Recommend(Guid id, int revision, UseCaseFacts facts, params string[] editors) =>
        (await Publish(Messages.Recommended(id, revision, facts, Prompting, editors))).Fault.ShouldBeNull();

    public Task<Answer> Act(Person by, Guid review, string action, object? input = null, string? ifMatch = null, string? key = null) =>
        As(by).Post($"/api/reviews/{review}/{action}", input, ifMatch, key);

    public async Task<ReviewView> Read(Guid review, Person? by = null) =>
        (await As(by ?? Rita).Get($"/api/reviews/{review}")).Expect(HttpStatusCode.OK).Read<ReviewView>();
}
