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

    private static readonly RecommendedStrategy Assessment = new(StrategyKind.PromptEngineering, Retrieval: false, Tuning.None, 0.9m);

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

    [Theory]
    [InlineData(30_000)]
    [InlineData(3_000_000)]
    [InlineData(99_999_999)]
    [InlineData(10_000_000_000)]
    public void Ten_times_the_volume_is_another_band_however_large_it_is(double requests) =>
        Hash(Facts with { Volume = Facts.Volume with { RequestsPerMonth = (decimal)requests } })
            .ShouldNotBe(Hash(Facts with { Volume = Facts.Volume with { RequestsPerMonth = 10 * (decimal)requests } }));

    [Fact]
    public void A_sign_off_depends_only_on_the_facts_the_pack_names_for_its_queue()
    {
        var elsewhere = Facts with { Compliance = Facts.Compliance with { Jurisdictions = ["EU"] } };

        Hash(elsewhere, ReviewQueue.Security).ShouldBe(Hash(Facts, ReviewQueue.Security));
        Hash(elsewhere, ReviewQueue.Legal).ShouldNotBe(Hash(Facts, ReviewQueue.Legal));
        Hash(elsewhere, ReviewQueue.Privacy).ShouldNotBe(Hash(Facts, ReviewQueue.Privacy));
    }

    /// <summary>Volume band, data category, strategy, model, jurisdiction and autonomy are material, each to somebody.</summary>
    [Theory]
    [InlineData("volume.requestsPerMonth", ReviewQueue.Risk, ReviewQueue.Privacy, ReviewQueue.Security)]
    [InlineData("data.categories", ReviewQueue.Risk, ReviewQueue.Legal, ReviewQueue.Privacy, ReviewQueue.Security)]
    [InlineData("assessment.recommendation", ReviewQueue.Risk, ReviewQueue.Legal, ReviewQueue.Privacy, ReviewQueue.Security)]
    [InlineData("model.base", ReviewQueue.Risk, ReviewQueue.Legal, ReviewQueue.Privacy, ReviewQueue.Security)]
    [InlineData("compliance.jurisdictions", ReviewQueue.Risk, ReviewQueue.Legal, ReviewQueue.Privacy)]
    [InlineData("compliance.automatedDecision", ReviewQueue.Risk, ReviewQueue.Legal, ReviewQueue.Privacy)]
    public void A_material_change_names_the_queues_whose_sign_offs_it_voids(string path, params ReviewQueue[] voids)
    {
        var after = path switch
        {
            "volume.requestsPerMonth" => new ReviewedFacts(Facts with { Volume = Facts.Volume with { RequestsPerMonth = 1_000_000 } }, Assessment),
            "data.categories" => new(Facts with { Data = Facts.Data with { Categories = [DataCategory.Health] } }, Assessment),
            "assessment.recommendation" => new(Facts, Assessment with { Recommendation = StrategyKind.Hybrid }),
            "model.base" => new(Facts with { Model = new() { Base = "gpt-4.1" } }, Assessment),
            "compliance.jurisdictions" => new(Facts with { Compliance = Facts.Compliance with { Jurisdictions = ["CH"] } }, Assessment),
            _ => new(Facts with { Compliance = Facts.Compliance with { AutomatedDecision = true } }, Assessment),
        };
        var changes = MaterialFacts.Changed(new(Facts, Assessment), after, Pack);

        var change = changes.Material.ShouldHaveSingleItem();
        change.Path.ShouldBe(path);
        change.Voids.ShouldBe(voids);
        changes.Immaterial.ShouldBeEmpty();
        Enum.GetValues<ReviewQueue>().ShouldAllBe(queue =>
            changes.Void(queue) == (MaterialFacts.Hash(after.Facts, after.Assessment, Pack, queue) != Hash(Facts, queue)));
    }

    [Fact]
    public void An_immaterial_change_is_named_and_voids_nothing()
    {
        var after = Facts with
        {
            Title = "Letters in dispute",
            Budget = new() { Amount = 1, Currency = "EUR" },
            Volume = Facts.Volume with { RequestsPerMonth = 60_000 },
            Compliance = Facts.Compliance with { Jurisdictions = ["US", "EU"] },
        };
        var changes = MaterialFacts.Changed(new(Facts, Assessment), new(after, Assessment with { Confidence = 0.8m }), Pack);

        changes.Material.ShouldBeEmpty();
        changes.Immaterial.ShouldBe(
            ["assessment.confidence", "budget.amount", "budget.currency", "compliance.jurisdictions", "title", "volume.requestsPerMonth"]);
    }

    [Fact]
    public void Nothing_changes_between_equal_facts()
    {
        var changes = MaterialFacts.Changed(new(Facts, Assessment), new(Facts with { Title = "Dispute letters" }, Assessment), Pack);

        changes.Material.ShouldBeEmpty();
        changes.Immaterial.ShouldBeEmpty();
    }

    private static void Same(UseCaseFacts facts) => Hash(facts).ShouldBe(Hash(Facts));

    private static void Differs(UseCaseFacts facts) => Hash(facts).ShouldNotBe(Hash(Facts));

    private static string Hash(UseCaseFacts facts, ReviewQueue? queue = null) => MaterialFacts.Hash(facts, Assessment, Pack, queue);
}
