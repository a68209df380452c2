using Governance.Contracts;
using Marten;
using Marten.Services.BatchQuerying;
using System.Text.Json;

namespace Governance.ServiceDefaults;

/// <summary>Which personal texts of a case are erased: what was declared belongs to its revision, everything else to the moment it was written.</summary>
public sealed record ErasedScope(
    Guid UseCaseId,
    int Revision,
    DateTimeOffset Before,
    bool Everything,
    IReadOnlyList<ErasedDeclaration> Declared,
    IReadOnlyList<ErasedFact> Facts)
{
    /// <summary>
    /// Erasures are remembered for good, so that a message that comes late brings nothing back. Whoever decided without knowing of the
    /// latest one, on a state that still held the texts, is refused and decides again.
    /// </summary>
    public const string Schema = """
        create table if not exists erasure(
            message_id uuid primary key,
            use_case_id uuid not null,
            scope jsonb not null,
            erased_at timestamptz not null default clock_timestamp());
        create index if not exists erasure_use_case on erasure(use_case_id);

        create or replace function require_known_erasures() returns trigger language plpgsql as $$
        begin
            if (select count(*) from erasure where use_case_id = new.stream_id) > coalesce((new.headers ->> 'erasures')::int, 0) then
                raise exception 'Texts of this stream have just been erased.' using errcode = 'serialization_failure';
            end if;
            return new;
        end $$;

        create or replace trigger require_known_erasures before insert on mt_events
            for each row execute function require_known_erasures();
        """;

    /// <summary>How many erasures of its stream an event was decided in the knowledge of.</summary>
    internal const string Header = "erasures";

    public static ErasedScope Of(PersonalDataErased fact) =>
        new(fact.UseCaseId, fact.Revision, fact.Before, fact.Everything, fact.Declared, fact.Facts);

    /// <summary>Whether a text of an event or fact is erased that is no part of declared facts.</summary>
    public bool TakesOwn(Guid eventId, DateTimeOffset writtenAt) =>
        (Everything && writtenAt <= Before) || Facts.Any(fact => fact.EventId == eventId);

    /// <summary>Whether a text is erased that was declared in a revision, by its place within the declared facts.</summary>
    public bool TakesDeclared(int revision, string path) => revision <= Revision
        && (Everything || (Declared.FirstOrDefault(declared => declared.Revision == revision)?.Paths.Contains(path) ?? false));

    /// <summary>The erasures of these streams, as JSON.</summary>
    internal static Task<IReadOnlyList<string>> Load(IBatchedQuery batch, IEnumerable<Guid> streams) => batch.Query<string>(
        "select scope::text from erasure where use_case_id = any(?)", (object)streams.Distinct().ToArray());

    internal static ILookup<Guid, ErasedScope> Read(IReadOnlyList<string> stored) =>
        stored.Select(json => JsonSerializer.Deserialize<ErasedScope>(json, Json.Tolerant)!).ToLookup(scope => scope.UseCaseId);
}
