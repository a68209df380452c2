using System.Security.Cryptography;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Governance.Compliance.Enforcement;

/// <summary>
/// Signs what was answered (JWS, ES256), so that a gateway can check it offline against the published keys. Keys live in the database,
/// so that all replicas sign with the same one; a key signs for a month and stays published as long as a receipt of it may be in use.
/// </summary>
public sealed class Receipts(NpgsqlDataSource database, TimeProvider clock) : IDisposable
{
    public const string Issuer = "governance-compliance";

    public const string Schema = """
        create table if not exists receipt_key(
            kid text primary key,
            private_key bytea not null,
            created_at timestamptz not null);
        """;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SignsFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim one = new(1, 1);
    private volatile Keys? keys;

    public async Task<string> Sign(ApprovedUse use, AskedUse asked, DecisionAnswer answer, DateTimeOffset now)
    {
        var key = (await Current(now)).Signing;
        var expires = answer.ValidUntil < now + Lifetime ? answer.ValidUntil.Value : now + Lifetime;
        var claims = new Dictionary<string, object>
        {
            ["number"] = use.Number,
            ["revision"] = use.Approval!.Revision,
            ["allowed"] = true,
            ["strategy"] = Choice.NameOf(use.Approval.Terms.Strategy),
            ["dataCategories"] = asked.DataCategories.Select(Choice.NameOf).ToArray(),
            ["conditions"] = answer.Conditions.ToArray(),
            ["factsHash"] = use.Approval.FactsHash,
        };

        if (use.Approval.Terms.Model is { } model)
        {
            claims["model"] = model;
        }

        if (use.Approval.Terms.VolumeBelow is { } below)
        {
            claims["requestsPerMonthBelow"] = below;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Claims = new Dictionary<string, object>(claims) { ["sub"] = use.Id.ToString(), ["jti"] = Guid.CreateVersion7().ToString() },
            IssuedAt = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            TokenType = "governance-decision+jwt",
            SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>The public keys as a JSON Web Key Set (RFC 7517).</summary>
    public async Task<JsonHttpResult<PublishedKeys>> Publish(HttpContext http)
    {
        http.Response.Headers.CacheControl = "public, max-age=300";

        return TypedResults.Json(new PublishedKeys([.. (await Current(clock.GetUtcNow())).All.Select(Public)]), Json.Options);
    }

    public void Dispose() => one.Dispose();

    private static PublishedKey Public(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;

        return new("EC", "sig", "ES256", "P-256", key.KeyId, Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
    }

    private async Task<Keys> Current(DateTimeOffset now)
    {
        if (keys is { } fresh && fresh.ReadAt + LooksAgainAfter > now)
        {
            return fresh;
        }

        await one.WaitAsync();

        try
        {
            return keys is { } meanwhile && meanwhile.ReadAt + LooksAgainAfter > now ? meanwhile : keys = await ReadOrCreate(now);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Two replicas that start at once agree on one key: the insert looks for a usable one under a lock.</summary>
    private async Task<Keys> ReadOrCreate(DateTimeOffset now)
    {
        using var born = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var only = new NpgsqlCommand("lock table receipt_key in share row exclusive mode", connection, transaction))
        {
            await only.ExecuteNonQueryAsync();
        }

        await using (var insert = new NpgsqlCommand("""
            insert into receipt_key(kid, private_key, created_at) select $1, $2, $3
            where not exists (select 1 from receipt_key where created_at > $4)
            """, connection, transaction))
        {
            insert.Parameters.AddWithValue(Guid.CreateVersion7().ToString("n"));
            insert.Parameters.AddWithValue(born.ExportPkcs8PrivateKey());
            insert.Parameters.AddWithValue(now);
            insert.Parameters.AddWithValue(now - SignsFor);
            await insert.ExecuteNonQueryAsync();
        }

        var all = new List<ECDsaSecurityKey>();

        await using (var read = new NpgsqlCommand(
            "select kid, private_key from receipt_key where created_at > $1 order by created_at desc", connection, transaction))
        {
            read.Parameters.AddWithValue(now - SignsFor - Lifetime - LooksAgainAfter);
            await using var reader = await read.ExecuteReaderAsync();

            while (await reader.ReadAsync())
            {
                var key = ECDsa.Create();
                key.ImportPkcs8PrivateKey(reader.GetFieldValue<byte[]>(1), out _);
                all.Add(new(key) { KeyId = reader.GetString(0) });
            }
        }

        await transaction.CommitAsync();

        return new(all[0], all, now);
    }

    private sealed record Keys(ECDsaSecurityKey Signing, IReadOnlyList<ECDsaSecurityKey> All, DateTimeOffset ReadAt);
}

public sealed record PublishedKeys(IReadOnlyList<PublishedKey> Keys);

public sealed record PublishedKey(string Kty, string Use, string Alg, string Crv, string Kid, string X, string Y);
