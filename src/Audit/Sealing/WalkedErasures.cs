using System.Text.Json;
using Governance.Contracts;
using Governance.Ledger;
using Governance.ServiceDefaults;

namespace Governance.Audit.Sealing;

/// <summary>
/// The erasures met on a walk through the ledger, with who asked for them and who approved them: a fact that claims an erasure nobody
/// has decided on is a finding itself.
/// </summary>
internal sealed class WalkedErasures
{
    private static readonly string Requested = ContractName.Of(typeof(ErasureRequested)), Approved = ContractName.Of(typeof(ErasureApproved));

    private readonly Dictionary<string, (string By, int Approvals)> requests = [];
    private readonly HashSet<(string Erasure, string By)> approvals = [];
    private readonly List<(long Position, Guid EventId, ErasureFact Fact)> facts = [];

    public ErasedValues Values { get; } = new();

    public void Add(long position, Leaf leaf)
    {
        if (leaf.Service is not ErasureFact.Service)
        {
            return;
        }

        try
        {
            using var data = JsonDocument.Parse(leaf.Data);
            var root = data.RootElement;

            if (leaf.Contract == Requested && Text(root, "requestedBy") == leaf.Actor)
            {
                requests.TryAdd(Text(root, "erasureId"), (leaf.Actor, root.GetProperty("approvals").GetInt32()));
            }
            else if (leaf.Contract == Approved && Text(root, "approvedBy") == leaf.Actor)
            {
                approvals.Add((Text(root, "erasureId"), leaf.Actor));
            }
            else if (leaf.Contract is ErasureFact.Contract && ErasureFact.Of(root) is var fact && fact.UseCaseId == leaf.UseCaseId?.ToString())
            {
                facts.Add((position, leaf.EventId, fact));
                Values.Add(fact);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // What is no fact of this shape erases nothing, and its leaf's hash tells whether somebody has changed it.
        }
    }

    /// <summary>Erasures that were not asked for by one and approved by as many others as they needed.</summary>
    public IEnumerable<(long Position, Guid EventId, string Message)> Unapproved() =>
        from erasure in facts
        where !erasure.Fact.TookTwoPeople
            || !requests.TryGetValue(erasure.Fact.ErasureId, out var request)
            || request.By != erasure.Fact.RequestedBy
            || erasure.Fact.ApprovedBy.Count < request.Approvals
            || !erasure.Fact.ApprovedBy.All(person => approvals.Contains((erasure.Fact.ErasureId, person)))
        select (erasure.Position, erasure.EventId, $"The erasure at position {erasure.Position} was not asked for by one person and approved by others, as the ledger knows it.");

    private static string Text(JsonElement data, string name) => CanonicalJson.TextOf(data.GetProperty(name));
}
