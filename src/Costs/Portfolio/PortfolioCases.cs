using System.Globalization;
using Npgsql;

namespace Governance.Costs.Portfolio;

/// <summary>What the leadership's figures need of one case, without any text a person wrote.</summary>
/// <param name="Month">That of the first fact about the case, in UTC, such as 2026-11.</param>
public sealed record PortfolioCase(
    string? BusinessUnit,
    string? Strategy,
    string? Tier,
    string? Currency,
    string Month,
    DateTimeOffset? ForecastAt,
    DateTimeOffset? AssessedAt,
    DateTimeOffset? ReviewAt,
    DateTimeOffset? ChangesAt,
    DateTimeOffset? ApprovedAt,
    DateTimeOffset? ValidUntil,
    DateTimeOffset? RejectedAt,
    DateTimeOffset? WithdrawnAt,
    decimal? Cost,
    decimal? RoiPercent,
    int? PaybackMonth)
{
    public string StageAt(DateTimeOffset now) => this switch
    {
        { WithdrawnAt: not null } => "withdrawn",
        { RejectedAt: not null } => "rejected",
        { ApprovedAt: not null, ValidUntil: { } until } when until <= now => "expired",
        { ApprovedAt: not null } => "approved",
        { ChangesAt: not null } => "changes-requested",
        { ReviewAt: not null } => "in-review",
        { AssessedAt: not null } => "assessing",
        _ => "submitted",
    };
}

/// <summary>
/// All cases in memory, some 200 bytes each, so that any sum over a hundred thousand of them takes milliseconds. A look reads only the
/// rows that transactions have changed which were not finished at the look before.
/// </summary>
public sealed class PortfolioCases(NpgsqlDataSource database) : IDisposable
{
    private const string Changed = """
        select s.seen, c.use_case_id, business_unit, strategy, tier, currency, first_at, forecast_at, assessed_at, review_at, changes_at,
            approved_at, valid_until, rejected_at, withdrawn_at, cost, roi_percent, payback_month
        from (select pg_snapshot_xmin(pg_current_snapshot()) as seen) s left join portfolio_case c on c.changed >= $1
        """;

    private readonly Dictionary<Guid, PortfolioCase> cases = [];
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim reading = new(1);
    private ulong seen;

    public async Task<IReadOnlyCollection<PortfolioCase>> Read(CancellationToken ct)
    {
        await reading.WaitAsync(ct);

        try
        {
            await Refresh(ct);

            return [.. cases.Values];
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();

    private async Task Refresh(CancellationToken ct)
    {
        var next = seen;
        await using var command = database.CreateCommand(Changed);
        command.Parameters.Add(new() { Value = seen, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Xid8 });
        await using var rows = await command.ExecuteReaderAsync(ct);

        while (await rows.ReadAsync(ct))
        {
            if (!rows.IsDBNull(1))
            {
                cases[rows.GetGuid(1)] = Of(rows);
            }

            next = rows.GetFieldValue<ulong>(0);
        }

        seen = next;
    }

    private PortfolioCase Of(NpgsqlDataReader row)
    {
        return new(
            Text(2), Text(3), Text(4), Text(5), Once(row.GetDateTime(6).ToString("yyyy-MM", CultureInfo.InvariantCulture)), At(7), At(8), At(9), At(10), At(11), At(12), At(13), At(14),
            Number(15), Number(16), row.IsDBNull(17) ? null : row.GetInt32(17));

        string? Text(int column) => row.IsDBNull(column) ? null : Once(row.GetString(column));

        DateTimeOffset? At(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

        decimal? Number(int column) => row.IsDBNull(column) ? null : row.GetDecimal(column);
    }

    /// <summary>The same few names stand in all cases.</summary>
    private string Once(string name)
    {
        if (!names.TryGetValue(name, out var known))
        {
            names.Add(name, known = name);
        }

        return known;
    }
}
