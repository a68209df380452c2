using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Governance.Local;

/// <summary>Has the ledger of the running platform verified, its decisions made again and its read models compared, or hands a package over to the verifier.</summary>
internal static class Verify
{
    public static Task<int> RunAsync(Layout layout, string? evidence, IReadOnlyList<string> keys, IReadOnlyList<string> witnesses, CancellationToken ct) =>
        evidence is null ? VerifyPlatformAsync(layout, ct) : VerifyFileAsync(layout, evidence, keys, witnesses, ct);

    private static async Task<int> VerifyFileAsync(
        Layout layout, string evidence, IReadOnlyList<string> keys, IReadOnlyList<string> witnesses, CancellationToken ct)
    {
        var from = Environment.GetEnvironmentVariable("GOVERNANCE_CALLED_FROM") ?? Environment.CurrentDirectory;
        var file = Path.Combine(from, evidence);

        if (!File.Exists(file))
        {
            throw new ProblemException($"There is no file {file}.", "Name an evidence package, as /api/audit/use-cases/{id}/evidence gives it.");
        }

        var verifier = Path.Combine(layout.Root, "artifacts", "bin", "Verifier", "release", "Governance.Verifier.dll");
        using var run = Process.Start(new ProcessStartInfo(
            Tools.Dotnet,
            [verifier, file, .. keys.SelectMany(key => (string[])["--key", key]), .. witnesses.SelectMany(key => (string[])["--witness", key])]))!;
        await run.WaitForExitAsync(ct);

        return run.ExitCode;
    }

    private static async Task<int> VerifyPlatformAsync(Layout layout, CancellationToken ct)
    {
        if (!await Ports.AcceptsAsync(layout.PortalPort, ct))
        {
            throw new ProblemException("The platform does not answer.", "Start it with ./governance up, or name a package with --evidence.");
        }

        using var auditor = await Api.SignInAsync(layout, "auditor", ct);
        var report = (await auditor.PostAsync("/api/audit/ledger/verification", "", Guid.CreateVersion7().ToString(), ct)).Require();
        var findings = report.GetProperty("findings");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ledger: {report.GetProperty("leaves")} leaves, {report.GetProperty("checkpoints")} checkpoints, {report.GetProperty("commitments")} personal values; {findings.GetArrayLength()} findings"));

        foreach (var finding in findings.EnumerateArray())
        {
            Console.WriteLine($"  {finding.GetProperty("code")}: {finding.GetProperty("message")}");
        }

        var clocks = report.GetProperty("clocks");
        Console.WriteLine($"clocks: {clocks.GetProperty("number")} contradictions");

        foreach (var warning in clocks.GetProperty("first").EnumerateArray())
        {
            Console.WriteLine($"  {warning.GetProperty("code")}: {warning.GetProperty("message")}");
        }

        var differs = false;

        await foreach (var line in auditor.PostLinesAsync("/api/audit/re-run", "{}", ct))
        {
            if (line.TryGetProperty("finding", out var finding))
            {
                differs |= finding.GetProperty("outcome").GetString() is "differs";
                Console.WriteLine($"  {finding.GetProperty("contract")} of {finding.GetProperty("useCaseId")}: {finding.GetProperty("outcome")} {Detail(finding)}");
            }
            else if (line.TryGetProperty("summary", out var summary))
            {
                Console.WriteLine($"decisions made again: {summary.GetProperty("decisions")} of {summary.GetProperty("cases")} cases: {summary.GetProperty("outcomes").GetRawText()}");
                Console.WriteLine($"not made again: {summary.GetProperty("notCovered").GetRawText()}");
            }
        }

        differs |= await CompareReadModelsAsync(auditor, ct);

        return findings.GetArrayLength() > 0 || differs ? 1 : 0;
    }

    private static async Task<bool> CompareReadModelsAsync(Api auditor, CancellationToken ct)
    {
        var differs = false;

        await foreach (var report in auditor.GetLinesAsync("/api/audit/read-models", ct))
        {
            foreach (var difference in report.GetProperty("differing").EnumerateArray())
            {
                differs = true;
                Console.WriteLine($"  {difference.GetProperty("table")} of {report.GetProperty("service")}, stream {difference.GetProperty("stream")}: {difference.GetProperty("message")}");
            }

            if (report.TryGetProperty("problem", out var problem) && problem.ValueKind is JsonValueKind.String)
            {
                differs = true;
                Console.WriteLine($"  {problem}");
            }
            else if (report.GetProperty("isDone").GetBoolean())
            {
                Console.WriteLine($"read models of {report.GetProperty("service")} compared with their events: {report.GetProperty("streams")}");
            }
        }

        return differs;
    }

    private static string Detail(JsonElement finding) => finding.TryGetProperty("detail", out var detail) ? $"{detail}" : "";
}
