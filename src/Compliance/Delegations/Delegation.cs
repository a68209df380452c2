using System.Collections.Immutable;
using Governance.Contracts;

namespace Governance.Compliance.Delegations;

/// <summary>The right of one person to review for another, within a scope and a time. It cannot be passed on.</summary>
public sealed record Delegation
{
    public Guid Id { get; init; }

    public string From { get; init; } = "";

    public string To { get; init; } = "";

    public string GivenBy { get; init; } = "";

    public ImmutableArray<ReviewQueue> Queues { get; init; } = [];

    /// <summary>Empty for all.</summary>
    public ImmutableArray<string> BusinessUnits { get; init; } = [];

    public Guid? OnlyUseCase { get; init; }

    public DateTimeOffset Start { get; init; }

    public DateTimeOffset End { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string Reason { get; init; } = "";

    public bool IsInForce(DateTimeOffset at) => Start <= at && at < (RevokedAt < End ? RevokedAt : End);

    public Delegation Apply(Given e) => this with
    {
        From = e.From,
        To = e.To,
        GivenBy = e.GivenBy,
        Queues = [.. e.Queues],
        BusinessUnits = [.. e.BusinessUnits],
        OnlyUseCase = e.OnlyUseCase,
        Start = e.Start,
        End = e.End,
        Reason = e.Reason,
    };

    public Delegation Apply(Revoked e) => this with { RevokedAt = e.At };
}

public sealed record Given(
    string From,
    string To,
    string GivenBy,
    IReadOnlyList<ReviewQueue> Queues,
    IReadOnlyList<string> BusinessUnits,
    Guid? OnlyUseCase,
    DateTimeOffset Start,
    DateTimeOffset End,
    [property: Personal] string Reason);

public sealed record Revoked(string By, DateTimeOffset At);
