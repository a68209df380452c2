using System.Security.Cryptography;
using System.Text.Json;
using Governance.Audit.Sealing;
using Governance.Contracts;
using Governance.Ledger;
using Governance.ServiceDefaults;
using MassTransit;

namespace Governance.Audit.Trail;

/// <summary>
/// Records every fact any service publishes, with its origin and its causes; a new contract needs no change here. Personal values go
/// beside the ledger, commitments to them into it. What is recorded waits for its seal.
/// </summary>
public sealed class RecordFactConsumer(Decisions decisions, TimeProvider clock) : IConsumer<IGovernanceEvent>
{
    private const string Insert = """
        with recorded as (
            insert into fact(event_id, contract, use_case_id, revision, service, stream, version, previous, actor, actor_role,
                correlation, causation, effective_at, recorded_at, received_at, data)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            returning event_id),
        beside as (
            insert into personal(event_id, path, salt, value)
            select event_id, path, salt, value from recorded, unnest(?::text[], ?::bytea[], ?::text[]) as members(path, salt, value))
        insert into pending(event_id) select event_id from recorded
        """;

    public Task Consume(ConsumeContext<IGovernanceEvent> context)
    {
        var about = About(context);
        var contract = ContractName.Of(new Uri(context.SupportedMessageTypes.First()));
        var origin = FactOrigin.ReadFrom(context);
        var (data, personal) = Read(context, contract);

        if (origin.Version < 1 || origin.Previous < 0 || origin.Previous >= origin.Version)
        {
            throw new ContractViolationException("The message does not follow the one it says it follows.");
        }

        return decisions.Consume(context, contract, origin.Stream, session => session.QueueSqlCommand(
            Insert,
            FactContext.MessageId(context), contract, about?.UseCaseId ?? (object)DBNull.Value, about?.Revision ?? (object)DBNull.Value,
            origin.Service, origin.Stream, origin.Version, origin.Previous, origin.Context.Actor, origin.Context.ActorRole,
            origin.Context.CorrelationId, origin.Context.CausationId,
            origin.Context.EffectiveAt, origin.RecordedAt, clock.GetUtcNow(), data,
            personal.Select(d => d.Path).ToArray(), personal.Select(d => d.Salt).ToArray(), personal.Select(d => d.Value).ToArray()));
    }

    private static (string Data, IReadOnlyList<Disclosure> Personal) Read(ConsumeContext context, string contract)
    {
        try
        {
            using var envelope = CanonicalJson.Parse(context.ReceiveContext.Body.GetBytes());
            var message = envelope.RootElement.GetProperty("message");

            return message.GetPropertyCount() > 0
                ? PersonalContracts.Of(contract).Split(message, () => RandomNumberGenerator.GetBytes(Disclosure.SaltSize))
                : throw new ContractViolationException("The message says nothing.");
        }
        catch (LedgerException e)
        {
            throw new ContractViolationException($"The message cannot be sealed: {e.Message}");
        }
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
