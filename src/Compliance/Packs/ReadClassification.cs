using System.Text.Json;
using Governance.Compliance.Reviews;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Governance.Compliance.Packs;

/// <summary>Which rules of which pack made a review what it is, with the obligations, evidence and sign-offs they ask for.</summary>
public sealed record ClassificationView(
    Guid UseCaseId,
    string Number,
    int Revision,
    RiskTier Tier,
    string? ProhibitedReason,
    IReadOnlyList<RequiredDuty> Obligations,
    IReadOnlyList<RequiredEvidence> Evidence,
    IReadOnlyList<SignOffRequirement> SignOffs,
    IReadOnlyList<FiredPackRule> Rules,
    DecisionBasis Basis);

/// <summary>
/// Made again from what was recorded, under the recorded pack: what comes out differently than then is not shown as if it had been
/// said then.
/// </summary>
public static class ReadClassification
{
    private const string Latest = "select data::text from mt_events where stream_id = $1 and type = 'opened' order by version desc limit 1";

    public static async Task<Ok<ClassificationView>> Handle(
        Guid id, Caller caller, Editions<PolicyPack> packs, NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand(Latest);
        command.Parameters.AddWithValue(id);
        var opened = await command.ExecuteScalarAsync(ct) is string json ? JsonSerializer.Deserialize<Opened>(json, Json.Tolerant) : null;
        caller.RequireSight(opened?.Facts.BusinessUnit);

        return TypedResults.Ok(Again(id, opened!, (await packs.Current(ct)).All));
    }

    /// <exception cref="RuleViolationException">The pack or the engine of that time is not at hand.</exception>
    public static ClassificationView Again(Guid id, Opened opened, IEnumerable<Versioned<PolicyPack>> packs)
    {
        var basis = opened.Basis;
        var pack = packs.FirstOrDefault(known => known.Version == basis.PolicyVersion && known.Hash == basis.PolicyHash)
            ?? throw new RuleViolationException($"This review was classified under a pack {basis.PolicyVersion} of other content than is at hand.");
        var result = Classification.Classify(opened.Facts, opened.Assessment, pack);

        return Canonical.Hash(result) == basis.ResultHash
            ? new(
                id, opened.Number, opened.Revision, result.Tier, result.ProhibitedReason, result.Duties, result.Evidence, result.SignOffs, result.Rules, basis)
            : throw new RuleViolationException($"This review was classified by {basis.EngineVersion} and comes out differently under {Classification.EngineVersion}.");
    }
}
