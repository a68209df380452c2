using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Strategy.Engine;
using Governance.Strategy.Policies;
using MassTransit;

namespace Governance.Strategy.Assessments;

/// <summary>One of the three things an assessment needs has arrived, in whatever order.</summary>
public sealed record AssessStrategy(object Arrival, VersionedData<StrategyPolicy> Policies)
{
    /// <summary>
    /// The last of the three to arrive completes the assessment, under the policy in force when the facts were recorded. What is
    /// known already changes nothing; of an older revision only its editor is still news.
    /// </summary>
    public IEnumerable<object> Decide(AssessmentFile file)
    {
        var (after, isNews) = Arrival switch
        {
            FactsReceived e => (file.Apply(e), !file.Revisions.Contains(e.Revision)),
            ReadinessReceived e => (file.Apply(e), e.Revision > (file.Readiness?.Revision ?? 0)),
            CostsReceived e => (file.Apply(e), e.Revision > (file.Costs?.Revision ?? 0)),
            _ => throw new ArgumentException($"{Arrival.GetType().Name} is no part of an assessment."),
        };

        if (isNews)
        {
            yield return Arrival;

            if (after.IsComplete)
            {
                yield return Assess(after);
            }
        }
    }

    private StrategyAssessed Assess(AssessmentFile file)
    {
        var facts = file.Facts!;
        var policy = Policies.InForce(facts.RecordedAt);
        var input = new AssessmentInput(facts.Facts, file.Readiness!.Readiness, file.Costs!.Costs);
        var assessment = StrategyEngine.Assess(input, policy);

        return new(
            facts.Revision,
            facts.Number,
            input,
            file.Editors,
            Outcome.Of(assessment),
            Basis.Of(policy, StrategyEngine.EngineVersion, input, assessment));
    }
}

/// <summary>Joins facts, readiness and costs of a use case into a recommendation.</summary>
public sealed class AssessStrategyConsumer(Decisions decisions, Editions<StrategyPolicy> policies) :
    IConsumer<UseCaseSubmitted>,
    IConsumer<UseCaseRevised>,
    IConsumer<DataReadinessAssessed>,
    IConsumer<CostForecast>
{
    public Task Consume(ConsumeContext<UseCaseSubmitted> context) =>
        Join(context, Facts(context, context.Message.Number, context.Message.Facts));

    public Task Consume(ConsumeContext<UseCaseRevised> context) =>
        Join(context, Facts(context, context.Message.Number, context.Message.Facts));

    public Task Consume(ConsumeContext<DataReadinessAssessed> context) =>
        Join(context, new ReadinessReceived(context.Message.Revision, context.Message.Readiness, context.Message.Basis));

    public Task Consume(ConsumeContext<CostForecast> context) => Join(context, new CostsReceived(
        context.Message.Revision, CostOutlook.From(context.Message), context.Message.PriceBookVersion, context.Message.Basis));

    private static FactsReceived Facts<T>(ConsumeContext<T> context, string number, UseCaseFacts facts)
        where T : class, IUseCaseEvent
    {
        var origin = FactOrigin.ReadFrom(context);

        return new(context.Message.Revision, number, facts, origin.Context.Actor, origin.RecordedAt);
    }

    private async Task Join<T>(ConsumeContext<T> context, object arrival) where T : class, IUseCaseEvent
    {
        var command = new AssessStrategy(arrival, await policies.Current(context.CancellationToken));

        await decisions.Consume<AssessmentFile, T>(context, context.Message.UseCaseId, command.Decide);
    }
}
