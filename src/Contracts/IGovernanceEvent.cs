using MassTransit;

namespace Governance.Contracts;

/// <summary>A fact one service publishes for all others. Subscribing to this interface hears everything.</summary>
[MessageUrn("governance:fact", useDefaultPrefix: false)]
[EntityName("governance.fact")]
public interface IGovernanceEvent;

/// <summary>A fact about one use case. Other facts, such as the publication of a policy, are about none.</summary>
[MessageUrn("governance:use-case-fact", useDefaultPrefix: false)]
[EntityName("governance.use-case-fact")]
public interface IUseCaseEvent : IGovernanceEvent
{
    Guid UseCaseId { get; }

    /// <summary>The revision of the use case the fact is about, counted from 1.</summary>
    int Revision { get; }
}

/// <summary>
/// Gives a contract its name on the wire, so that renaming or moving the record changes nothing for anyone else.
/// A contract may gain optional members; a different meaning is a new contract or the next version.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ContractAttribute(string name, int version)
    : MessageUrnAttribute($"governance:{name}:v{version}", useDefaultPrefix: false)
{
    public string Name => name;

    public int Version => version;
}

/// <summary>Marks a member that can hold personal data or free text; it is committed to, but never sealed, by the audit ledger.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute : Attribute;
