using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Identity;

/// <summary>One RSA key signs what others read; one AES key seals codes and refresh tokens, which only Identity reads.</summary>
public sealed record Keys(RsaSecurityKey Signing, SymmetricSecurityKey Sealing)
{
    private const int RsaBits = 2048;
    private const int AesBytes = 32;

    /// <summary>Keys kept in a folder let tokens outlive a restart; without a folder they live as long as the process.</summary>
    public static Keys LoadOrCreate(string? folder)
    {
        var rsa = RSA.Create();
        rsa.ImportRSAPrivateKey(Kept(folder, "signing.key", CreateRsa), out _);

        var signing = new RsaSecurityKey(rsa);
        signing.KeyId = Base64UrlEncoder.Encode(signing.ComputeJwkThumbprint());

        return new(signing, new(Kept(folder, "sealing.key", () => RandomNumberGenerator.GetBytes(AesBytes))));
    }

    private static byte[] CreateRsa()
    {
        using var rsa = RSA.Create(RsaBits);

        return rsa.ExportRSAPrivateKey();
    }

    private static byte[] Kept(string? folder, string name, Func<byte[]> create)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return create();
        }

        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, name);

        if (!File.Exists(path))
        {
            Write(path, create());
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>Renamed into place, so that a process killed while writing leaves no half key behind.</summary>
    private static void Write(string path, byte[] key)
    {
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };

        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(draft, options))
        {
            file.Write(key);
        }

        File.Move(draft, path, overwrite: true);
    }
}
