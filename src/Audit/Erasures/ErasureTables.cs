using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Npgsql;
using NpgsqlTypes;

namespace Governance.Audit.Erasures;

/// <summary>What an erasure needs to know from the ledger's tables.</summary>
internal sealed class ErasureTables(NpgsqlDataSource database)
{
    /// <summary>The name an erasure looks for is kept apart from every fact, and only until the erasure is done or refused.</summary>
    public const string Schema = """
        create table if not exists erasure_name(
            erasure_id uuid primary key,
            name text not null,
            stored_at timestamptz not null default clock_timestamp());
        create index if not exists fact_actor on fact(actor) where use_case_id is not null;
        create index if not exists fact_forgotten on fact(causation) where contract = 'governance.account-forgotten.v1';
        create index if not exists fact_erasure on fact(use_case_id) where contract = 'governance.personal-data-erased.v1';
        """;

    private const string Values = """
        select p.event_id, l.position, f.contract, f.use_case_id, f.revision, f.actor, f.recorded_at, p.path, p.value
        from personal p join fact f on f.event_id = p.event_id left join leaf l on l.event_id = p.event_id
        """;

    /// <summary>The cases of a subject with what would be erased of each.</summary>
    public async Task<IReadOnlyList<CaseScope>> Find(
        ErasureSubject subject, Guid? useCase, string? account, string? name, DateTimeOffset before, CancellationToken ct)
    {
        var cases = subject switch
        {
            ErasureSubject.UseCase => [useCase!.Value],
            ErasureSubject.Account => await Cases("f.actor = $1", account!, ct),
            _ => await Cases("strpos(lower(p.value), lower($1)) > 0", Canonical.Write(JsonValue.Create(name!))[1..^1], ct),
        };
        var scopes = new List<CaseScope>();

        foreach (var found in await Describe(cases, ct))
        {
            var values = await ValuesOf(found.UseCaseId, ct);
            var (rule, chosen) = subject switch
            {
                ErasureSubject.UseCase => ErasureScope.Everything(values, found.Revision, before),
                ErasureSubject.Account => ErasureScope.Chosen(values, value => value.Actor == account, found.Revision, before),
                _ => ErasureScope.Chosen(values, value => ErasureScope.Names(value, name!), found.Revision, before),
            };

            if (chosen.Count > 0)
            {
                scopes.Add(new(found.UseCaseId, found.Number, found.BusinessUnits, rule, chosen));
            }
        }

        return scopes;
    }

    /// <summary>The personal values of a case that are still there, with the reasons of delegations for this case alone.</summary>
    public async Task<IReadOnlyList<PersonalValue>> ValuesOf(Guid useCase, CancellationToken ct)
    {
        await using var command = database.CreateCommand($"""
            {Values} where f.use_case_id = $1
            union all {Values} where f.use_case_id is null and f.contract = 'governance.delegation-given.v1' and strpos(f.data, $2) > 0
            order by 7, 1, 8
            """);
        command.Parameters.AddWithValue(useCase);
        command.Parameters.AddWithValue($"\"onlyUseCase\":\"{useCase}\"");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var values = new List<PersonalValue>();

        while (await reader.ReadAsync(ct))
        {
            values.Add(new(
                reader.GetGuid(0),
                reader.IsDBNull(1) ? null : reader.GetInt64(1),
                reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetGuid(3),
                reader.IsDBNull(4) ? null : reader.GetInt32(4),
                reader.GetString(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetString(7),
                reader.GetString(8)));
        }

        return values;
    }

    /// <summary>What was sealed from a position on, or waits for its predecessor; the last sealed fact in any case.</summary>
    public async Task<RecentFacts> RecordedSince(long? position, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select l.position, f.use_case_id, f.contract from leaf l join fact f on f.event_id = l.event_id
                where l.position >= least($1, (select max(position) from leaf))
            union all select null, f.use_case_id, f.contract from pending p join fact f on f.event_id = p.event_id where p.waits
            """);
        command.Parameters.Add(new() { Value = position ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (size, cases, delegations) = (0L, new HashSet<Guid>(), false);

        while (await reader.ReadAsync(ct))
        {
            size = reader.IsDBNull(0) ? size : Math.Max(size, reader.GetInt64(0) + 1);
            delegations |= reader.GetString(2) is "governance.delegation-given.v1";

            if (!reader.IsDBNull(1))
            {
                cases.Add(reader.GetGuid(1));
            }
        }

        return new(size, cases, delegations);
    }

    /// <summary>The latest revision of each case, its number, and every business unit it has belonged to.</summary>
    public async Task<IReadOnlyList<KnownCase>> Describe(IReadOnlyList<Guid> cases, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select use_case_id, max(revision), max(data::jsonb ->> 'number'),
                coalesce(array_agg(distinct data::jsonb #>> '{facts,businessUnit}') filter (where data::jsonb #>> '{facts,businessUnit}' is not null), '{}')
            from fact where use_case_id = any($1) group by use_case_id order by min(recorded_at), use_case_id
            """);
        command.Parameters.AddWithValue(cases.ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var known = new List<KnownCase>();

        while (await reader.ReadAsync(ct))
        {
            known.Add(new(reader.GetGuid(0), reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetFieldValue<string[]>(3)));
        }

        return known;
    }

    /// <summary>
    /// For whom each of these people may act, or could at any time since: two accounts that act for the same person, or one for the
    /// other, are no two pairs of eyes.
    /// </summary>
    public async Task<ILookup<string, string>> ActsFor(IReadOnlyList<string> people, DateTimeOffset since, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select given ->> 'to', given ->> 'from'
            from (select data::jsonb as given from fact where use_case_id is null and contract = 'governance.delegation-given.v1') as delegations
            where given ->> 'to' = any($1) and (given ->> 'end')::timestamptz > $2 and (given ->> 'start')::timestamptz <= $3
                and not exists (
                    select from fact r where r.use_case_id is null and r.contract = 'governance.delegation-revoked.v1'
                        and r.data::jsonb ->> 'delegationId' = given ->> 'delegationId' and (r.data::jsonb ->> 'at')::timestamptz <= $2)
            """);
        command.Parameters.AddWithValue(people.ToArray());
        command.Parameters.AddWithValue(since.ToUniversalTime());
        command.Parameters.AddWithValue(now.ToUniversalTime());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var ties = new List<(string To, string From)>();

        while (await reader.ReadAsync(ct))
        {
            ties.Add((reader.GetString(0), reader.GetString(1)));
        }

        return ties.ToLookup(tie => tie.To, tie => tie.From);
    }

    /// <summary>Whether all of these facts are in a signed ledger.</summary>
    public async Task<bool> AreSealed(IReadOnlyList<Guid> events, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select count(*) from leaf where event_id = any($1) and position < (select coalesce(max(size), 0) from checkpoint)");
        command.Parameters.AddWithValue(events.ToArray());

        return (long)(await command.ExecuteScalarAsync(ct))! == events.Count;
    }

    /// <summary>Value and salt, for good.</summary>
    public async Task Delete(IReadOnlyList<ErasedFact> facts, CancellationToken ct)
    {
        var items = facts.SelectMany(fact => fact.Paths.Select(path => (fact.EventId, Path: path))).ToList();
        await using var command = database.CreateCommand(
            "delete from personal p using unnest($1, $2) as gone(event_id, path) where p.event_id = gone.event_id and p.path = gone.path");
        command.Parameters.AddWithValue(items.ConvertAll(item => item.EventId).ToArray());
        command.Parameters.AddWithValue(items.ConvertAll(item => item.Path).ToArray());
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task Remember(Guid erasure, string name, CancellationToken ct)
    {
        await using var command = database.CreateCommand("insert into erasure_name(erasure_id, name) values ($1, $2)");
        command.Parameters.AddWithValue(erasure);
        command.Parameters.AddWithValue(name);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<string?> NameFor(Guid erasure, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select name from erasure_name where erasure_id = $1");
        command.Parameters.AddWithValue(erasure);

        return await command.ExecuteScalarAsync(ct) as string;
    }

    /// <summary>Forgets the names of erasures that are over, or were never recorded.</summary>
    public async Task ForgetNames(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            delete from erasure_name n where not exists (
                select from mt_doc_erasure e where e.id = n.erasure_id and e.data ->> 'progress' in ('requested', 'approved'))
                and n.stored_at < clock_timestamp() - interval '1 minute'
            """);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What each service has reported about an erasure of a case.</summary>
    public async Task<IReadOnlyList<(Guid CausedBy, PersonalDataErasedFrom Report, DateTimeOffset At)>> Reports(Guid useCase, Guid erasure, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select causation, data, recorded_at from fact where use_case_id = $1 and contract = 'governance.personal-data-erased-from.v1' order by recorded_at");
        command.Parameters.AddWithValue(useCase);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var reports = new List<(Guid, PersonalDataErasedFrom, DateTimeOffset)>();

        while (await reader.ReadAsync(ct))
        {
            var report = JsonSerializer.Deserialize<PersonalDataErasedFrom>(reader.GetString(1), Json.Tolerant)!;

            if (report.ErasureId == erasure)
            {
                reports.Add((reader.GetGuid(0), report, reader.GetFieldValue<DateTimeOffset>(2)));
            }
        }

        return reports;
    }

    /// <summary>Which services have reported, and when, that they keep nothing about the person any more whose account a fact names.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> Forgotten(Guid fact, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select service, min(recorded_at) from fact where causation = $1 and contract = 'governance.account-forgotten.v1' group by service");
        command.Parameters.AddWithValue(fact);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var services = new Dictionary<string, DateTimeOffset>();

        while (await reader.ReadAsync(ct))
        {
            services.Add(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1));
        }

        return services;
    }

    private async Task<IReadOnlyList<Guid>> Cases(string which, string value, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            $"select distinct f.use_case_id from personal p join fact f on f.event_id = p.event_id where f.use_case_id is not null and {which}");
        command.Parameters.Add(new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var cases = new List<Guid>();

        while (await reader.ReadAsync(ct))
        {
            cases.Add(reader.GetGuid(0));
        }

        return cases;
    }
}

internal sealed record KnownCase(Guid UseCaseId, int Revision, string? Number, IReadOnlyList<string> BusinessUnits);

/// <param name="Size">How many facts are sealed.</param>
/// <param name="HaveDelegations">Whether some may be about any case.</param>
internal sealed record RecentFacts(long Size, IReadOnlySet<Guid> Cases, bool HaveDelegations)
{
    public bool MayBeAbout(Guid useCase) => HaveDelegations || Cases.Contains(useCase);
}
