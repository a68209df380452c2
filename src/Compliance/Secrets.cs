using Microsoft.AspNetCore.DataProtection;

namespace Governance.Compliance;

/// <summary>
/// Keeps what must stay secret unreadable in the database. The keys lie in a folder apart from it (<c>Secrets:Folder</c>), which all
/// replicas share.
/// </summary>
internal static class Secrets
{
    public static void AddSecrets(this WebApplicationBuilder builder)
    {
        var folder = builder.Configuration["Secrets:Folder"]
            ?? throw new InvalidOperationException("Set Secrets:Folder to a folder apart from the database, for the keys that secrets are encrypted with.");

        builder.Services.AddDataProtection().SetApplicationName("governance-compliance").PersistKeysToFileSystem(Create(folder));
    }

    private static DirectoryInfo Create(string folder) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(folder)
        : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
