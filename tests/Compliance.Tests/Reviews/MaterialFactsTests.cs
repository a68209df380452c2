using Governance.Compliance.Packs;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Compliance.Tests.Reviews;

public sealed class MaterialFactsTests
{
    private static readonly Versioned<PolicyPack> Pack =
        VersionedData.FromResources<PolicyPack>(typeof(Classification).Assembly, "Packs").Get("2026-11");

    private static readonly UseCaseFacts Facts = new()
    {
        Title = "Dispute letters",
        Summary = "Sorts incoming letters.",
        BusinessUnit = "Operations",
        Objective = new() { Statement = "Answer within a day." },
        Domain = Domain.Finance,
        Volume = new() { RequestsPerMonth = 50_000, PromptTokensPerRequest = 1_000, OutputTokensPerRequest = 200 },
        Data = new() { LabelledExamples = 2_000, Categories = [DataCategory.Personal, DataCategory.Financial] },
        Compliance = new() { Jurisdictions = ["EU", "US"], RegulatedSectors = [RegulatedSector.Finance] },
        Model = new() { Base = "gpt-4.1-mini" },
        Benefit = new() { Basis = BenefitBasis.HoursSaved },
    };

    [Fact]
    public void A_sign_off_survives_new_wording_a_new_budget_and_another_order()
    {
        Same(Facts with { Title = "Letters in dispute", Sponsor = "Head of Operations" });
        Same(Facts with { Budget = new() { Amount = 1, Currency = "EUR" } });
        Same(Facts with { Data = Facts.Data with { Categories = [DataCategory.Financial, DataCategory.Personal] } });
        Same(Facts with { Compliance = Facts.Compliance with { Jurisdictions = ["US", "EU"] } });
    }

    [Fact]
    public void A_sign_off_does_not_survive_other_data_another_model_place_or_purpose()
    {
        Differs(Facts with { Data = Facts.Data with { Categories = [DataCategory.Personal] } });
        Differs(Facts with { Data = Facts.Data with { Categories = null } });
        Differs(Facts with { Model = new() { Base = "gpt-4.1" } });
        Differs(Facts with { Compliance = Facts.Compliance with { Jurisdictions = ["EU"] } });
        Differs(Facts with { Compliance = Facts.Compliance with { AutomatedDecision = false } });
        Differs(Facts with { Objective = new() { Statement = "Score the customers." } });
    }

    [Theory]
    [InlineData(30_000, true)]
    [InlineData(99_999.99, true)]
    [InlineData(29_999, false)]
    [InlineData(100_000, false)]
    [InlineData(1_000_000, false)]
    public void Volume_counts_only_when_it_leaves_its_band(double requests, bool same)
    {
        var other = Facts with { Volume = Facts.Volume with { RequestsPerMonth = (decimal)requests } };

        (Hash(other) == Hash(Facts)).ShouldBe(same);
    }

    private static void Same(UseCaseFacts facts) => Hash(facts).ShouldBe(Hash(Facts));

    private static void Differs(UseCaseFacts facts) => Hash(facts).ShouldNotBe(Hash(Facts));

    private static string Hash(UseCaseFacts facts) => MaterialFacts.Hash(facts, Pack);
}
