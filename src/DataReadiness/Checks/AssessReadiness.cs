using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.DataReadiness.Checks;

public sealed record AssessReadiness(int Revision, UseCaseFacts Facts, Versioned<ReadinessPolicy> Policy)
{
    /// <summary>Facts older than the latest known revision are out of date and change nothing.</summary>
    public IEnumerable<object> Decide(ReadinessFile file)
    {
        if (Revision <= file.Revision)
        {
            return [];
        }

        var readiness = ReadinessEngine.Assess(Facts, Policy);

        return [new ReadinessAssessed(Revision, Facts, readiness, Basis.Of(Policy, ReadinessEngine.EngineVersion, Facts, readiness))];
    }
}

/// <summary>Judges the declared data as soon as facts are submitted, under the policy in force when they were recorded.</summary>
public sealed class AssessReadinessConsumer(Decisions decisions, VersionedData<ReadinessPolicy> policies) :
    IConsumer<UseCaseSubmitted>,
    IConsumer<UseCaseRevised>
{
    public Task Consume(ConsumeContext<UseCaseSubmitted> context) => Assess(context, context.Message.Facts);

    public Task Consume(ConsumeContext<UseCaseRevised> context) => Assess(context, context.Message.Facts);

    private Task Assess<T>(ConsumeContext<T> context, UseCaseFacts facts) where T : class, IUseCaseEvent
    {
        var policy = policies.InForce(FactOrigin.ReadFrom(context).RecordedAt);
        var command = new AssessReadiness(context.Message.Revision, facts, policy);

        return decisions.Consume<ReadinessFile, T>(context, context.Message.UseCaseId, command.Decide);
    }
}
