using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Audit.Reads;

/// <summary>Who has read a case, or several at once, through the audit trail: a stream that only grows, kept as a snapshot so that nobody loads it.</summary>
public sealed record CaseFile
{
    public Guid Id { get; init; }

    public CaseFile Apply(Read _) => this;

    public CaseFile Apply(ReadTogether _) => this;
}

public sealed record Read(string By, CaseReading Reading);

public sealed record ReadTogether(IReadOnlyList<Guid> UseCases, string By, CaseReading Reading);

/// <summary>Nobody reads a case unrecorded: the reading is stored before the answer is given.</summary>
public sealed class CaseReads(Decisions decisions, TimeProvider clock)
{
    private const int MostTogether = 500;

    public Task Record(Guid useCase, CaseReading reading, Caller caller, CancellationToken ct) =>
        Record(useCase, new Read(caller.Subject, reading), caller, ct);

    /// <summary>Cases that are handed out in one answer are recorded in one fact, or in several where they are many.</summary>
    public async Task Record(IReadOnlyCollection<Guid> useCases, CaseReading reading, Caller caller, CancellationToken ct)
    {
        foreach (var some in useCases.Chunk(MostTogether))
        {
            await Record(Guid.CreateVersion7(), new ReadTogether(some, caller.Subject, reading), caller, ct);
        }
    }

    private Task<bool> Record(Guid stream, object read, Caller caller, CancellationToken ct) => decisions.Command<CaseFile>(
        stream, _ => [read], FactContext.Of(caller, Roles.Auditor, clock), once: null, ct);
}
