using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Governance.Engines;
using Governance.Ledger;
using Governance.Ledger.Evidence;
using Governance.Verifier;

// Exit codes: 0 the package holds, 1 it was tampered with, 3 it cannot be read, 4 it holds but a decision came out differently.
var file = new Argument<FileInfo>("file") { Description = "An evidence package (zip) from the audit ledger." };
var key = new Option<string[]>("--key") { Description = "A public key of the ledger, known from elsewhere; may be repeated." };
var witness = new Option<string[]>("--witness") { Description = "The key of a witness that must have signed as well; may be repeated." };
var root = new RootCommand("Verifies an evidence package of Governance without network or database, and makes its decisions again.") { file, key, witness };
root.SetAction(parsed => Verify(parsed.GetRequiredValue(file), parsed.GetValue(key) ?? [], parsed.GetValue(witness) ?? []));

var name = new Option<string>("--name") { Description = "The name of the witness, such as witness.example.org/w1.", Required = true };
var folder = new Option<DirectoryInfo>("--folder") { Description = "Where it keeps its key and what it has seen.", Required = true };
var port = new Option<int>("--port") { Description = "Where it listens.", DefaultValueFactory = _ => 8190 };
var logs = new Option<string[]>("--log") { Description = "A public key of a ledger it knows; may be repeated.", Required = true };
var serve = new Command("witness", "Runs a witness (C2SP tlog-witness): it signs only what continues all it has seen of a ledger.") { name, folder, port, logs };
serve.SetAction((parsed, ct) => WitnessServer.Run(
    parsed.GetRequiredValue(name), parsed.GetRequiredValue(folder), parsed.GetValue(port), parsed.GetRequiredValue(logs), ct));
root.Add(serve);

return await root.Parse(args).InvokeAsync();

static int Verify(FileInfo file, string[] keys, string[] witnesses)
{
    EvidenceReport report;

    try
    {
        using var zip = file.OpenRead();
        report = EvidenceCheck.Verify(zip, [.. keys.Select(NoteKey.Parse)], [.. witnesses.Select(WitnessKey.Parse)]);
    }
    catch (LedgerException e)
    {
        Console.WriteLine($"refused {e.Code}: {e.Message}");

        return e.Code is "zip-unreadable" ? 3 : 1;
    }
    catch (IOException e)
    {
        Console.WriteLine($"refused zip-unreadable: {e.Message}");

        return 3;
    }

    Console.WriteLine($"ok: {file.Name}");
    Console.WriteLine(report.Manifest.Kind is EvidenceManifest.Case
        ? $"  use case    {report.Manifest.UseCaseId}, packed {report.Manifest.CreatedAt}"
        : $"  period      from {report.Manifest.From} until before {report.Manifest.To}, packed {report.Manifest.CreatedAt}");
    Console.WriteLine($"  checkpoint  {report.Checkpoint.Origin}, {report.Checkpoint.Size} leaves, root {Convert.ToBase64String(report.Checkpoint.Root)}");
    Console.WriteLine($"  signed by   {report.Signer} ({(report.SignerIsTrusted ? "a key you named" : "a key from the package itself: compare it with one you got elsewhere")})");

    foreach (var (seenBy, at) in report.Witnesses)
    {
        Console.WriteLine($"  witnessed   by {seenBy.Name} on {at:yyyy-MM-dd HH:mm:ss} UTC");
    }

    Console.WriteLine($"  facts       {report.Facts.Count}, each unchanged, in the signed tree and in order; none is missing before the last one of its {report.Streams} streams");
    Console.WriteLine(report.Erased is 0
        ? $"  personal    {report.Commitments} values are those committed to"
        : $"  personal    {report.Commitments - report.Erased} values are those committed to; {report.Erased} have been erased, each named by an erasure that one person asked for and another approved");
    Console.WriteLine(report.Clocks.Number is 0
        ? "  clocks      none contradicts another by more than a minute"
        : string.Create(CultureInfo.InvariantCulture, $"  clocks      {report.Clocks.Number} contradictions, which are no forgery; the first of each kind:"));

    foreach (var warning in report.Clocks.First)
    {
        Console.WriteLine($"  clocks      {warning.Code}: {warning.Message}");
    }

    Console.WriteLine($"  policies    {report.Policies.Count}, each with the content its decisions name");

    var differs = false;
    var outcomes = new Dictionary<ReRunOutcome, int>();

    foreach (var useCase in report.Facts.GroupBy(fact => fact.Leaf.GetProperty("useCaseId").GetString()!).Where(group => group.Key.Length > 0))
    {
        foreach (var result in RecordedCase.MakeAgain([.. useCase.Select(Recorded)], hash => Policy(report, hash)))
        {
            outcomes[result.Outcome] = outcomes.GetValueOrDefault(result.Outcome) + 1;
            differs |= result.Outcome is ReRunOutcome.Differs;

            if (result.Outcome is not (ReRunOutcome.Same or ReRunOutcome.SameWithoutTexts))
            {
                Console.WriteLine($"  made again  {result.Contract} of {useCase.Key}, revision {result.Revision}: {result.Outcome}: {result.Detail}");
            }
        }
    }

    Console.WriteLine($"  made again  {outcomes.Values.Sum()} decisions, of which {outcomes.GetValueOrDefault(ReRunOutcome.Same)} came out the same, byte for byte");

    if (outcomes.TryGetValue(ReRunOutcome.SameWithoutTexts, out var withoutTexts))
    {
        Console.WriteLine($"  made again  {withoutTexts} came out the same without texts that have been erased from their input");
    }

    return differs ? 4 : 0;
}

static string? Policy(EvidenceReport report, string hash) =>
    report.Policies.TryGetValue(hash, out var content) ? Encoding.UTF8.GetString(content) : null;

static RecordedDecision Recorded(EvidenceFact fact)
{
    var data = fact.Leaf.GetProperty("data");

    return new(
        fact.Leaf.GetProperty("eventId").GetGuid(),
        fact.Leaf.GetProperty("contract").GetString()!,
        fact.Leaf.GetProperty("revision").GetInt32(),
        JsonSerializer.SerializeToElement(PersonalMembers.Join(data.GetRawText(), fact.Personal, _ => RecordedDecision.InsteadOfErased)),
        IsErased: fact.Personal.Count < PersonalMembers.CommitmentsIn(data).Count);
}
