using CsCheck;
using Governance.Contracts;
using Governance.DataReadiness.Checks;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.DataReadiness.Tests.Checks;

public sealed class ReadinessPropertyTests
{
    private static readonly Versioned<ReadinessPolicy> Policy =
        VersionedData.FromResources<ReadinessPolicy>(typeof(ReadinessEngine).Assembly, "Checks/Policies").Get("2026-11");

    private static readonly Gen<bool?> Maybe = Gen.Int[0, 2].Select(n => n is 0 ? (bool?)null : n is 1);

    private static readonly Gen<DataProfile> Profiles =
        Gen.Select(Gen.Int[0, 12_000], Maybe, Maybe, Maybe, Maybe, Maybe, Maybe).Select((examples, clean, fresh, bias, set, third, self) =>
            Facts.Example.Data with
            {
                LabelledExamples = examples,
                Clean = clean,
                CanKeepFresh = fresh,
                BiasReviewed = bias,
                EvaluationSet = set,
                ThirdPartyTrainingAllowed = third,
                SelfHostingAvailable = self,
            });

    [Fact]
    public void More_labelled_examples_never_make_data_less_ready() =>
        Gen.Select(Profiles, Gen.Int[0, 12_000]).Sample((profile, more) =>
        {
            var few = Assess(profile);
            var many = Assess(profile with { LabelledExamples = profile.LabelledExamples + more });

            return many.Score >= few.Score && many.Verdict <= few.Verdict;
        });

    [Fact]
    public void The_score_stays_between_nothing_and_a_hundred() =>
        Profiles.Sample(profile => Assess(profile).Score is >= 0 and <= 100);

    private static Readiness Assess(DataProfile profile) => ReadinessEngine.Assess(Facts.Example with { Data = profile }, Policy);
}
