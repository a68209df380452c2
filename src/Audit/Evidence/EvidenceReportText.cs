using System.Globalization;
using System.Text.Json;
using Governance.Audit.Erasures;
using Governance.Audit.Replay;
using Governance.Audit.Trail;
using Governance.Ledger;

namespace Governance.Audit.Evidence;

/// <summary>
/// The report for people. Of a case: what happened to it, step by step, and where it stands in the ledger; of a period: how many facts
/// of which kind were recorded.
/// </summary>
internal sealed class EvidenceReportText(Guid? useCase, DateTimeOffset? from, DateTimeOffset? to, Checkpoint checkpoint, DateTimeOffset createdAt)
{
    private readonly List<RecordedFact> facts = [];
    private readonly SortedDictionary<string, long> contracts = new(StringComparer.Ordinal);

    private readonly HashSet<Guid> useCases = [];
    private readonly Dictionary<Guid, IReadOnlyList<Disclosure>> personalOf = [];
    private readonly ErasureMarks erasures = new();

    public long Facts { get; private set; }

    public IReadOnlyCollection<Guid> UseCases => useCases;

    public IReadOnlyCollection<string> Contracts => contracts.Keys;

    public void Add(long position, Leaf leaf, IReadOnlyList<Disclosure> personal)
    {
        Facts++;

        if (leaf.UseCaseId is { } about)
        {
            useCases.Add(about);
        }

        contracts[leaf.Contract] = contracts.GetValueOrDefault(leaf.Contract) + 1;

        if (useCase is not null)
        {
            facts.Add(new RecordedFact(
                position, null, leaf.EventId, leaf.Contract, leaf.UseCaseId, leaf.Revision, leaf.Service, leaf.Stream, leaf.Version, leaf.Actor,
                leaf.ActorRole, leaf.Correlation, leaf.Causation, leaf.EffectiveAt, leaf.RecordedAt, JsonElement.Parse(leaf.Data), []));
            personalOf.Add(leaf.EventId, personal);

            if (leaf.Contract is ErasureFact.Contract)
            {
                erasures.Add(leaf.Data, leaf.RecordedAt);
            }
        }
    }

    public byte[] ToPdf() => useCase is { } id ? OfCase(id) : OfPeriod();

    private byte[] OfCase(Guid id)
    {
        var erased = facts.ConvertAll(fact => fact.With(personalOf[fact.EventId], erasures)).ToDictionary(fact => fact.EventId);
        var replay = CaseReplay.Of(id, [.. erased.Values.OrderBy(fact => fact.RecordedAt).ThenBy(fact => fact.Service, StringComparer.Ordinal).ThenBy(fact => fact.Version)]);
        var pdf = new PdfText($"Evidence: {replay.Number ?? id.ToString()}");

        pdf.Line($"Use case {id}, revision {replay.Revision}, stage {replay.Stage}");
        pdf.Line(Text("Title", replay.Declared, "title"));
        pdf.Line(Text("Business unit", replay.Declared, "businessUnit"));
        Origin(pdf);
        pdf.Heading("What happened");

        foreach (var step in replay.Steps)
        {
            pdf.Line(string.Create(CultureInfo.InvariantCulture, $"[{step.Position}] {step.Sentence}"));

            foreach (var change in step.Changes.Take(20))
            {
                pdf.Line($"      {change}");
            }
        }

        Gone(pdf, [.. erased.Values.Where(fact => fact.Erased.Count > 0).OrderBy(fact => fact.Position)]);

        return pdf.ToBytes();
    }

    private static void Gone(PdfText pdf, IReadOnlyList<RecordedFact> facts)
    {
        if (facts.Count == 0)
        {
            return;
        }

        pdf.Heading("Personal texts that have been erased");

        foreach (var fact in facts)
        {
            foreach (var part in fact.Erasures)
            {
                pdf.Line(string.Create(CultureInfo.InvariantCulture, $"[{fact.Position}] erased on {part.At.UtcDateTime:yyyy-MM-dd}, erasure {part.ErasureId}:"));
                pdf.Line($"      {string.Join(", ", part.Paths)}");
            }
        }
    }

    private byte[] OfPeriod()
    {
        var pdf = new PdfText("Evidence of a period");
        pdf.Line(string.Create(CultureInfo.InvariantCulture, $"Recorded from {from:yyyy-MM-dd HH:mm:ss} until before {to:yyyy-MM-dd HH:mm:ss} UTC: {Facts} facts"));
        Origin(pdf);
        pdf.Heading("How many of which kind");

        foreach (var (contract, number) in contracts)
        {
            pdf.Line(string.Create(CultureInfo.InvariantCulture, $"{number}  {contract}"));
        }

        return pdf.ToBytes();
    }

    private void Origin(PdfText pdf)
    {
        pdf.Line(string.Create(CultureInfo.InvariantCulture, $"Made on {createdAt:yyyy-MM-dd HH:mm:ss} UTC from the ledger {checkpoint.Origin}"));
        pdf.Line(string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Size} leaves, root {Convert.ToBase64String(checkpoint.Root)}"));
        pdf.Line("");
        pdf.Line("This report proves nothing by itself: verify the package it came in (README.txt says how).");
    }

    private static string Text(string what, JsonElement? value, string name) =>
        value is { } declared && declared.TryGetProperty(name, out var text) ? $"{what}: {text}" : $"{what}: not there";
}
