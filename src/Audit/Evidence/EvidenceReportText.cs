using System.Globalization;
using System.Text.Json;
using Governance.Audit.Replay;
using Governance.Audit.Trail;
using Governance.Ledger;

namespace Governance.Audit.Evidence;

/// <summary>The report for people: what happened to the case, step by step, and where it stands in the ledger.</summary>
internal sealed class EvidenceReportText(Guid useCase, Checkpoint checkpoint, DateTimeOffset createdAt)
{
    private readonly List<RecordedFact> facts = [];

    public void Add(long position, Leaf leaf, IReadOnlyList<Disclosure> personal) => facts.Add(new RecordedFact(
        position, null, leaf.EventId, leaf.Contract, leaf.UseCaseId, leaf.Revision, leaf.Service, leaf.Stream, leaf.Version, leaf.Actor,
        leaf.ActorRole, leaf.Correlation, leaf.Causation, leaf.EffectiveAt, leaf.RecordedAt, JsonElement.Parse(leaf.Data), []).With(personal));

    public byte[] ToPdf()
    {
        var replay = CaseReplay.Of(useCase, [.. facts.OrderBy(fact => fact.RecordedAt).ThenBy(fact => fact.Service, StringComparer.Ordinal).ThenBy(fact => fact.Version)]);
        var pdf = new PdfText($"Evidence: {replay.Number ?? useCase.ToString()}");

        pdf.Line($"Use case {useCase}, revision {replay.Revision}, stage {replay.Stage}");
        pdf.Line(Text("Title", replay.Declared, "title"));
        pdf.Line(Text("Business unit", replay.Declared, "businessUnit"));
        pdf.Line(string.Create(CultureInfo.InvariantCulture, $"Made on {createdAt:yyyy-MM-dd HH:mm:ss} UTC from the ledger {checkpoint.Origin}"));
        pdf.Line(string.Create(CultureInfo.InvariantCulture, $"{checkpoint.Size} leaves, root {Convert.ToBase64String(checkpoint.Root)}"));
        pdf.Line("");
        pdf.Line("This report proves nothing by itself: verify the package it came in (README.txt says how).");
        pdf.Heading("What happened");

        foreach (var step in replay.Steps)
        {
            pdf.Line(string.Create(CultureInfo.InvariantCulture, $"[{step.Position}] {step.Sentence}"));

            foreach (var change in step.Changes.Take(20))
            {
                pdf.Line($"      {change}");
            }
        }

        return pdf.ToBytes();
    }

    private static string Text(string what, JsonElement? value, string name) =>
        value is { } declared && declared.TryGetProperty(name, out var text) ? $"{what}: {text}" : $"{what}: not there";
}
