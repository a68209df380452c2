namespace Governance.Local;

/// <summary>Stops the platform and deletes its data, passwords and logs; the build stays.</summary>
internal static class Reset
{
    public static async Task<int> RunAsync(Layout layout, bool yes, CancellationToken ct)
    {
        if (!yes)
        {
            if (Console.IsInputRedirected)
            {
                throw new ProblemException("Reset deletes every use case, decision and ledger entry of this checkout.", "Confirm with --yes.");
            }

            Console.Write($"Delete every use case, decision and ledger entry under {layout.Data}? [y/N] ");

            if (Console.ReadLine()?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
            {
                Console.WriteLine("Nothing was deleted.");

                return 1;
            }
        }

        await Down.RunAsync(layout, ct);

        if (Directory.Exists(layout.Containers))
        {
            Engine.Find()?.Empty(layout.Containers, Images.Postgres);
        }

        if (layout.Data != layout.State)
        {
            Folders.Delete(layout.Data);
        }

        foreach (var folder in Directory.EnumerateDirectories(layout.State))
        {
            Folders.Delete(folder);
        }

        File.Delete(Path.Combine(layout.State, "installation.json"));
        File.Delete(Demo.Mark(layout));
        Console.WriteLine("Deleted. ./governance up starts afresh.");

        return 0;
    }
}
