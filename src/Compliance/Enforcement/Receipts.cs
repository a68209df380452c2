using System.Security.Cryptography;
using Governance.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Governance.Compliance.Enforcement;

/// <summary>
/// Signs what was answered (JWS, ES256), so that a gateway can check it offline against the published keys. Keys live in the database,
/// encrypted, so that all replicas sign with the same one; a key signs for a month and stays published as long as a receipt of it may be in use. Who asks
/// the same again within a minute gets the same receipt, unless what is approved has changed.
/// </summary>
public sealed class Receipts(NpgsqlDataSource database, IDataProtectionProvider protection, TimeProvider clock, ILogger<Receipts> log) : IDisposable
{
    public const string Issuer = "governance-compliance";

    public const string Schema = """
        create table if not exists receipt_signing_key(
            kid text primary key,
            private_key bytea not null,
            created_at timestamptz not null);
        drop table if exists receipt_key;
        """;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SignsFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan GivenAgainFor = TimeSpan.FromMinutes(1);

    private const int MostCharactersKept = 32 * 1024 * 1024;

    private readonly IDataProtector protector = protection.CreateProtector("receipt-keys");
    private readonly SemaphoreSlim one = new(1, 1);
    private readonly MemoryCache given = new(new MemoryCacheOptions { SizeLimit = MostCharactersKept });
    private volatile Keys? keys;

    public async Task<string> For(ApprovedUse use, AskedUse asked, DecisionAnswer answer, DateTimeOffset now)
    {
        var question = (use.Id, use.Version, string.Join(',', asked.DataCategories.Select(Choice.NameOf)), Minute: now.Ticks / GivenAgainFor.Ticks);

        if (given.TryGetValue<string>(question, out var before))
        {
            return before!;
        }

        var receipt = await Sign(use, asked, answer, now);

        return given.Set(question, receipt, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = GivenAgainFor, Size = receipt.Length });
    }

    private async Task<string> Sign(ApprovedUse use, AskedUse asked, DecisionAnswer answer, DateTimeOffset now)
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

        return TypedResults.Json((await Current(clock.GetUtcNow())).Published, Json.Options);
    }

    public void Dispose()
    {
        given.Dispose();
        one.Dispose();
    }

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

    /// <summary>
    /// Two replicas that start at once agree on one key: they look for a usable one, and add it where there is none, under a lock. A key
    /// that cannot be decrypted, because its own key is lost, is passed over.
    /// </summary>
    private async Task<Keys> ReadOrCreate(DateTimeOffset now)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var only = new NpgsqlCommand("lock table receipt_signing_key in share row exclusive mode", connection, transaction))
        {
            await only.ExecuteNonQueryAsync();
        }

        var all = await Read(connection, now - SignsFor - Lifetime - LooksAgainAfter);

        if (all.Count == 0 || all[0].CreatedAt <= now - SignsFor)
        {
            all.Insert(0, await Create(connection, now));
        }

        await transaction.CommitAsync();

        return new(all[0].Key, new([.. all.Select(known => Public(known.Key))]), now);
    }

    private async Task<List<(ECDsaSecurityKey Key, DateTimeOffset CreatedAt)>> Read(NpgsqlConnection connection, DateTimeOffset createdAfter)
    {
        await using var command = new NpgsqlCommand(
            "select kid, private_key, created_at from receipt_signing_key where created_at > $1 order by created_at desc", connection);
        command.Parameters.AddWithValue(createdAfter);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<(ECDsaSecurityKey, DateTimeOffset)>();

        while (await reader.ReadAsync())
        {
            try
            {
                var key = ECDsa.Create();
                key.ImportPkcs8PrivateKey(protector.Unprotect(reader.GetFieldValue<byte[]>(1)), out _);
                found.Add((new(key) { KeyId = reader.GetString(0) }, reader.GetFieldValue<DateTimeOffset>(2)));
            }
            catch (CryptographicException e)
            {
                log.LogWarning("The receipt key {Key} cannot be decrypted: {Reason}", reader.GetString(0), e.Message);
            }
        }

        return found;
    }

    private async Task<(ECDsaSecurityKey Key, DateTimeOffset CreatedAt)> Create(NpgsqlConnection connection, DateTimeOffset now)
    {
        var key = new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.CreateVersion7().ToString("n") };
        await using var insert = new NpgsqlCommand("insert into receipt_signing_key(kid, private_key, created_at) values ($1, $2, $3)", connection);
        insert.Parameters.AddWithValue(key.KeyId);
        insert.Parameters.AddWithValue(protector.Protect(key.ECDsa.ExportPkcs8PrivateKey()));
        insert.Parameters.AddWithValue(now);
        await insert.ExecuteNonQueryAsync();

        return (key, now);
    }

    private sealed record Keys(ECDsaSecurityKey Signing, PublishedKeys Published, DateTimeOffset ReadAt);
}

public sealed record PublishedKeys(IReadOnlyList<PublishedKey> Keys);

public sealed record PublishedKey(string Kty, string Use, string Alg, string Crv, string Kid, string X, string Y);
