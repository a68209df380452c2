using System.Collections.Immutable;
using Governance.Contracts;

namespace Governance.Intake.UseCases;

/// <summary>One idea for using a language model: its current facts and how far it has come.</summary>
public sealed record UseCase
{
    public Guid Id { get; init; }

    public string Number { get; init; } = "";

    public int Revision { get; init; }

    public Stage Stage { get; init; }

    public UseCaseFacts Facts { get; init; } = null!;

    /// <summary>How much of the review has been heard of: the version of its stream in the latest news.</summary>
    public long ReviewVersion { get; init; }

    public ImmutableArray<string> Editors { get; init; } = [];

    public DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public bool Exists => Revision > 0;

    public bool IsClosed => Stage is Stage.Rejected or Stage.Withdrawn;

    /// <summary>Identifies the facts: the way a case travels through its stages invalidates nobody's edit.</summary>
    public string ETag => $"\"r{Revision}\"";

    public UseCase Apply(Submitted e) => this with
    {
        Number = e.Number,
        Revision = 1,
        Stage = Stage.Submitted,
        Facts = e.Facts,
        Editors = [e.By],
        SubmittedAt = e.At,
        UpdatedAt = e.At,
    };

    public UseCase Apply(Revised e) => this with
    {
        Revision = Revision + 1,
        Stage = Stage.Submitted,
        Facts = e.Facts,
        Editors = Editors.Contains(e.By) ? Editors : Editors.Add(e.By),
        UpdatedAt = e.At,
    };

    public UseCase Apply(StageReached e) => this with
    {
        Stage = e.Stage,
        ReviewVersion = e.ReviewVersion ?? ReviewVersion,
        UpdatedAt = e.At,
    };

    public UseCase Apply(Withdrawn e) => this with { Stage = Stage.Withdrawn, UpdatedAt = e.At };
}

/// <summary>In the order a revision reaches them; an approval may be suspended and resumed, expire and be renewed.</summary>
public enum Stage { Submitted, Assessing, InReview, ChangesRequested, Approved, Suspended, Expired, Rejected, Withdrawn }
