using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Governance.ServiceDefaults.Tests;

/// <summary>An identity server that signs whatever a test asks for, by hand, so that malformed tokens can be made too.</summary>
internal sealed class FakeIssuer : IAsyncDisposable
{
    private readonly WebApplication app;
    private string kid = "rsa-1";

    private FakeIssuer(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.MapGet("/realms/governance/.well-known/openid-configuration", () => new { issuer = Issuer, jwks_uri = $"{Url}/certs", token_endpoint = $"{Url}/token" });
        app.MapPost("/token", async (HttpContext http) =>
            Refresh((await http.Request.ReadFormAsync())["refresh_token"].ToString()) is { } tokens ? Results.Json(tokens) : Results.BadRequest(new { error = "invalid_grant" }));
        app.MapGet("/certs", () => TypedResults.Text(Jwks().ToJsonString(), "application/json"));
    }

    /// <summary>What a refresh token is traded for; null refuses it.</summary>
    public Func<string, object?> Refresh { get; set; } = _ => null;

    public RSA Rsa { get; private set; } = RSA.Create(2048);

    public ECDsa Ecdsa { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public RSA Attacker { get; } = RSA.Create(2048);

    public string Url => app.Urls.First();

    public string Issuer => $"{Url}/realms/governance";

    public static async Task<FakeIssuer> Start(int port = 0)
    {
        var issuer = new FakeIssuer(port);
        await issuer.app.StartAsync();

        return issuer;
    }

    public void RotateKey()
    {
        Rsa = RSA.Create(2048);
        kid += "+";
    }

    public JsonObject Header(string algorithm = "RS256") => new() { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = kid };

    public JsonObject Payload() => new()
    {
        ["iss"] = Issuer,
        ["sub"] = "5f0c4a8e-6f0f-4b8e-9d65-0f6f6f0b7a11",
        ["aud"] = new JsonArray("governance-api", "account"),
        ["exp"] = Seconds(minutes: 5),
        ["iat"] = Seconds(),
        ["jti"] = "1",
        ["typ"] = "Bearer",
        ["azp"] = "governance-cli",
        ["preferred_username"] = "auditor",
        ["name"] = "Internal Auditor",
        ["realm_access"] = new JsonObject { ["roles"] = new JsonArray("auditor") },
        ["business_units"] = new JsonArray("Retail Banking", "IT"),
    };

    public static long Seconds(double minutes = 0) => DateTimeOffset.UtcNow.AddMinutes(minutes).ToUnixTimeSeconds();

    public string Token() => Token(_ => { });

    public string Token(Action<JsonObject> change)
    {
        var payload = Payload();
        change(payload);

        return Sign(Header(), payload.ToJsonString());
    }

    public string TokenWithHeader(Action<JsonObject> change)
    {
        var header = Header();
        change(header);

        return Sign(header, Payload().ToJsonString());
    }

    public string Sign(JsonObject header, string payload) => Sign(header, payload, RsaSigner(Rsa));

    public static string Sign(JsonObject header, string payload, Func<byte[], byte[]> sign)
    {
        var content = $"{Encode(header.ToJsonString())}.{Encode(payload)}";

        return $"{content}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(content)))}";
    }

    public static Func<byte[], byte[]> RsaSigner(RSA key) => content =>
        key.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public static JsonObject EcHeader() => new() { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = "ec-1" };

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Attacker.Dispose();
        Ecdsa.Dispose();
        Rsa.Dispose();
    }

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);

    private JsonObject Jwks()
    {
        var rsa = Rsa.ExportParameters(includePrivateParameters: false);
        var ec = Ecdsa.ExportParameters(includePrivateParameters: false);

        return new()
        {
            ["keys"] = new JsonArray(
                new JsonObject
                {
                    ["kty"] = "RSA", ["use"] = "sig", ["kid"] = kid,
                    ["n"] = Base64UrlEncoder.Encode(rsa.Modulus), ["e"] = Base64UrlEncoder.Encode(rsa.Exponent),
                },
                new JsonObject
                {
                    ["kty"] = "EC", ["use"] = "sig", ["kid"] = "ec-1", ["crv"] = "P-256",
                    ["x"] = Base64UrlEncoder.Encode(ec.Q.X), ["y"] = Base64UrlEncoder.Encode(ec.Q.Y),
                }),
        };
    }
}
