using System.Text.Json;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Microsoft.Extensions.Caching.Memory;
using Npgsql;

namespace Governance.Compliance.Enforcement;

/// <summary>
/// Whether a use case may run as asked, for pipelines and gateways: only what is approved, only while it is, and only within what was
/// approved. What is not asked is not checked.
/// </summary>
public sealed class AnswerDecision(NpgsqlDataSource database, Receipts receipts, TimeProvider clock) : IDisposable
{
    private const int MostKept = 50_000;

    private const string Query = "select use_case_id, version, number, business_unit, state, approval, conditions from permission where";

    /// <summary>What a row was read as; its version says whether it still holds.</summary>
    private readonly MemoryCache read = new(new MemoryCacheOptions { SizeLimit = MostKept });

    public async Task<IResult> Handle(
        string key, string? strategy, string? model, string? dataCategories, decimal? requestsPerMonth, Caller caller, CancellationToken ct)
    {
        var asked = new AskedUse(
            Choice.Of<StrategyKind>("strategy", strategy),
            Parameter.Text("model", model),
            [.. (dataCategories ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => Choice.Of<DataCategory>("dataCategories", name)!.Value)],
            requestsPerMonth is null or >= 0 ? requestsPerMonth : throw new InvalidRequestException("requestsPerMonth", "must not be negative."));

        if (await Find(key, ct) is not { } approved || !(MaySeeAll(caller) || caller.Owns(approved.BusinessUnit)))
        {
            throw new NotFoundException("There is no such use case among those you may ask about.");
        }

        var now = clock.GetUtcNow();
        var answer = Answer(approved, asked, now);

        return TypedResults.Ok(answer.Allowed ? answer with { Receipt = await receipts.For(approved, asked, answer, now) } : answer);
    }

    public void Dispose() => read.Dispose();

    public static DecisionAnswer Answer(ApprovedUse use, AskedUse asked, DateTimeOffset now)
    {
        if (use.Approval is not { } approval || approval.ValidUntil <= now)
        {
            return No(use.State switch
            {
                ReviewState.Open => "The use case is in review.",
                ReviewState.ChangesRequested => "Reviewers have asked for changes.",
                ReviewState.Rejected => "The use case was rejected.",
                ReviewState.Withdrawn => "The use case was withdrawn.",
                _ => "The approval has expired.",
            });
        }

        var terms = approval.Terms;
        var foreign = asked.DataCategories.Except(terms.DataCategories ?? []).ToList();

        return (approval, asked) switch
        {
            ({ IsSuspended: true }, _) => No($"The approval is suspended until these conditions are met: {string.Join(", ", approval.SuspendedFor)}."),
            (_, { Strategy: { } strategy }) when strategy != terms.Strategy => No($"Approved is the strategy {Choice.NameOf(terms.Strategy)}."),
            (_, { Model: { } model }) when model != terms.Model => No(terms.Model is null ? "No model is approved." : $"Approved is the model {terms.Model}."),
            _ when foreign.Count > 0 => No($"Not approved for data of category {string.Join(", ", foreign.Select(Choice.NameOf))}."),
            (_, { RequestsPerMonth: { } volume }) when volume >= terms.VolumeBelow => No($"Approved for fewer than {terms.VolumeBelow} requests a month."),
            _ => new(true, "Approved.", use.Conditions, approval.ValidUntil, null),
        };

        DecisionAnswer No(string reason) => new(false, reason, [], null, null);
    }

    private static bool MaySeeAll(Caller caller) => caller.Is(Roles.DecisionReader) || caller.SeesAllUnits;

    private async Task<ApprovedUse?> Find(string key, CancellationToken ct)
    {
        await using var command = Guid.TryParse(key, out var id)
            ? database.CreateCommand($"{Query} use_case_id = $1")
            : database.CreateCommand($"{Query} number = $1");
        command.Parameters.AddWithValue(id == Guid.Empty ? key : id);
        await using var reader = await command.ExecuteReaderAsync(ct);

        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var (useCase, version) = (reader.GetGuid(0), reader.GetInt64(1));

        return read.TryGetValue<ApprovedUse>(useCase, out var known) && known!.Version == version
            ? known
            : read.Set(useCase, Read(reader, useCase, version), new MemoryCacheEntryOptions { Size = 1 });
    }

    private static ApprovedUse Read(NpgsqlDataReader row, Guid useCase, long version) => new(
        useCase,
        version,
        row.GetString(2),
        row.GetString(3),
        Choice.Of<ReviewState>("state", row.GetString(4))!.Value,
        row.IsDBNull(5) ? null : JsonSerializer.Deserialize<Approval>(row.GetString(5), Json.Tolerant),
        row.GetFieldValue<string[]>(6));
}

/// <summary>A use case as far as enforcement needs it; without an approval the state says why.</summary>
/// <param name="Version">Another one wherever anything else here is.</param>
public sealed record ApprovedUse(
    Guid Id, long Version, string Number, string BusinessUnit, ReviewState State, Approval? Approval, IReadOnlyList<string> Conditions);

/// <summary>What a pipeline is about to do.</summary>
public sealed record AskedUse(StrategyKind? Strategy, string? Model, IReadOnlyList<DataCategory> DataCategories, decimal? RequestsPerMonth);

/// <summary>The receipt, a JWS in compact form, says the same for a few minutes to whoever cannot ask; only what is allowed has one.</summary>
public sealed record DecisionAnswer(bool Allowed, string Reason, IReadOnlyList<string> Conditions, DateTimeOffset? ValidUntil, string? Receipt);
