using Governance.Ledger;
using Npgsql;

namespace Governance.Audit.Sealing;

/// <summary>
/// What the ledger keeps in the database. Rows are evidence only together with signed checkpoints: whoever owns the database can
/// change any of them, and the verification says where.
/// </summary>
internal static class LedgerTables
{
    public const string Schema = $"""
        create table if not exists fact(
            event_id uuid primary key,
            contract text not null,
            use_case_id uuid,
            revision int,
            service text not null,
            stream uuid not null,
            version bigint not null,
            previous bigint not null,
            actor text not null,
            actor_role text not null,
            correlation uuid not null,
            causation uuid not null,
            effective_at timestamptz not null,
            recorded_at timestamptz not null,
            received_at timestamptz not null,
            data text not null,
            unique (service, stream, version),
            unique (service, stream, previous));
        create index if not exists fact_use_case on fact(use_case_id, recorded_at);
        create index if not exists fact_platform on fact(recorded_at) where use_case_id is null;
        create index if not exists fact_read_together on fact(recorded_at) where contract = 'governance.cases-read.v1';
        create index if not exists fact_late on fact(event_id) where {LedgerClocks.IsLate};
        create table if not exists personal(
            event_id uuid not null,
            path text not null,
            salt bytea not null,
            value text not null,
            primary key (event_id, path));
        create table if not exists pending(
            event_id uuid primary key,
            arrival bigint generated always as identity,
            waits boolean not null default false);
        create index if not exists pending_ready on pending(arrival) where not waits;
        create table if not exists leaf(
            position bigint primary key,
            event_id uuid not null unique,
            hash bytea not null,
            sealed_at timestamptz not null default clock_timestamp());
        create table if not exists checkpoint(
            size bigint primary key,
            note text not null,
            signed_at timestamptz not null default clock_timestamp());
        create table if not exists signing_key(
            key text primary key,
            since bigint not null);
        create or replace function notify_pending() returns trigger language plpgsql as $$
        begin
            perform pg_notify('pending', '');
            return null;
        end $$;
        create or replace trigger notify_pending after insert on pending for each statement execute function notify_pending();
        """;

    /// <summary>The columns <see cref="ReadLeaf"/> reads, in its order; the table has the alias <c>f</c>.</summary>
    public const string LeafColumns =
        "f.event_id, f.contract, f.use_case_id, f.revision, f.service, f.stream, f.version, f.previous, f.actor, f.actor_role, "
        + "f.correlation, f.causation, f.effective_at, f.recorded_at, f.received_at, f.data";

    public const int LeafColumnCount = 16;

    public static Leaf ReadLeaf(NpgsqlDataReader row, string log) => new(
        log,
        row.GetGuid(0),
        row.GetString(1),
        row.IsDBNull(2) ? null : row.GetGuid(2),
        row.IsDBNull(3) ? null : row.GetInt32(3),
        row.GetString(4),
        row.GetGuid(5),
        row.GetInt64(6),
        row.GetInt64(7),
        row.GetString(8),
        row.GetString(9),
        row.GetGuid(10),
        row.GetGuid(11),
        row.GetFieldValue<DateTimeOffset>(12),
        row.GetFieldValue<DateTimeOffset>(13),
        row.GetFieldValue<DateTimeOffset>(14),
        row.GetString(15));
}

/// <summary>The configuration section <c>Ledger</c>.</summary>
public sealed record LedgerSettings(string Origin, string Folder)
{
    private const string StandardOrigin = "governance.local/audit";

    public static LedgerSettings From(IConfiguration configuration) => new(
        configuration["Ledger:Origin"] ?? StandardOrigin,
        configuration["Ledger:Folder"] ?? throw new InvalidOperationException(
            "Set Ledger:Folder to a folder apart from the database, where the ledger's key and its last checkpoint are kept."));
}
