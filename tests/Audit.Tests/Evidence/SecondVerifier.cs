using System.Diagnostics;
using Governance.Ledger;

namespace Governance.Audit.Tests.Evidence;

/// <summary>The verifier in Python, as a program of its own.</summary>
internal static class SecondVerifier
{
    /// <summary>What it says of each package.</summary>
    public static string[] Judge(IReadOnlyList<byte[]> packages, NoteKey? key = null, WitnessKey? witness = null)
    {
        var folder = Directory.CreateTempSubdirectory("governance-test-");

        try
        {
            string[] files = [.. packages.Select((package, i) => Write(Path.Combine(folder.FullName, $"{i}.zip"), package))];
            using var run = Process.Start(new ProcessStartInfo("python3", [Script(), .. files, .. key is null ? [] : (string[])["--key", key.ToString()], .. witness is null ? [] : (string[])["--witness", witness.ToString()]])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var complaint = run.StandardError.ReadToEndAsync();
            string[] said = run.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            run.WaitForExit();
            complaint.Result.ShouldBeEmpty();
            said.Length.ShouldBe(packages.Count);

            return said;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed.");

            throw;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Write(string file, byte[] content)
    {
        File.WriteAllBytes(file, content);

        return file;
    }

    private static string Script()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var script = Path.Combine(folder, "tests", "Audit.Tests", "Evidence", "verify_evidence.py");

            if (File.Exists(script))
            {
                return script;
            }
        }

        throw new FileNotFoundException("verify_evidence.py");
    }
}
