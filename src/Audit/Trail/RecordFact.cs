using System.Text.Json;
using Governance.Contracts;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Audit.Trail;

/// <summary>Records every fact any service publishes, with its origin and its causes; a new contract needs no change here.</summary>
public sealed class RecordFactConsumer(Decisions decisions) : IConsumer<IGovernanceEvent>
{
    public const string Schema = """
        create table if not exists fact(
            position bigint generated always as identity primary key,
            event_id uuid not null unique,
            contract text not null,
            use_case_id uuid,
            revision int,
            service text not null,
            stream uuid not null,
            version bigint not null,
            actor text not null,
            actor_role text not null,
            correlation uuid not null,
            causation uuid not null,
            effective_at timestamptz not null,
            recorded_at timestamptz not null,
            received_at timestamptz not null default clock_timestamp(),
            data jsonb not null,
            unique (service, stream, version));
        alter table fact alter column use_case_id drop not null, alter column revision drop not null;
        create index if not exists fact_use_case on fact(use_case_id, recorded_at);
        """;

    private const string Insert = """
        insert into fact(event_id, contract, use_case_id, revision, service, stream, version, actor, actor_role,
            correlation, causation, effective_at, recorded_at, data)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)
        """;

    public Task Consume(ConsumeContext<IGovernanceEvent> context)
    {
        var about = About(context);
        var contract = ContractName.Of(new Uri(context.SupportedMessageTypes.First()));
        var origin = FactOrigin.ReadFrom(context);
        using var envelope = JsonDocument.Parse(context.ReceiveContext.Body.GetBytes());
        var message = envelope.RootElement.GetProperty("message");
        var data = message.GetPropertyCount() > 0 ? message.GetRawText() : throw new ContractViolationException("The message says nothing.");

        return decisions.Consume(context, contract, origin.Stream, session => session.QueueSqlCommand(
            Insert,
            FactContext.MessageId(context), contract, about?.UseCaseId ?? (object)DBNull.Value, about?.Revision ?? (object)DBNull.Value,
            origin.Service, origin.Stream, origin.Version, origin.Context.Actor, origin.Context.ActorRole,
            origin.Context.CorrelationId, origin.Context.CausationId,
            origin.Context.EffectiveAt, origin.RecordedAt, data));
    }

    /// <summary>The use case a fact is about; null where the fact is about none.</summary>
    private static IUseCaseEvent? About(ConsumeContext context)
    {
        if (!context.HasMessageType(typeof(IUseCaseEvent)))
        {
            return null;
        }

        return context.TryGetMessage<IUseCaseEvent>(out var fact) && fact.Message is { Revision: >= 1 } about && about.UseCaseId != Guid.Empty
            ? about
            : throw new ContractViolationException("The message names no use case and revision.");
    }
}
