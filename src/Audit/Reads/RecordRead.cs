using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Audit.Reads;

/// <summary>Who has read a case through the audit trail: a stream that only grows, kept as a snapshot so that nobody loads it.</summary>
public sealed record CaseFile
{
    public Guid Id { get; init; }

    public CaseFile Apply(Read _) => this;
}

public sealed record Read(string By, CaseReading Reading);

/// <summary>Nobody reads a case unrecorded: the reading is stored before the answer is given.</summary>
public sealed class CaseReads(Decisions decisions, TimeProvider clock)
{
    public Task Record(Guid useCase, CaseReading reading, Caller caller, CancellationToken ct) => decisions.Command<CaseFile>(
        useCase, _ => [new Read(caller.Subject, reading)], FactContext.Of(caller, Roles.Auditor, clock), once: null, ct);
}
