using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using static Governance.ServiceDefaults.Tests.FakeIssuer;

namespace Governance.ServiceDefaults.Tests;

/// <summary>Tokens that break exactly one rule, by name.</summary>
internal static class ForgedTokens
{
    private const int FarTooLarge = 17 * 1024;

    public static IReadOnlyDictionary<string, Func<FakeIssuer, string>> All { get; } = new Dictionary<string, Func<FakeIssuer, string>>
    {
        // Algorithms.
        ["alg none"] = issuer => Unsigned(issuer, "none"),
        ["alg None"] = issuer => Unsigned(issuer, "None"),
        ["alg nOnE"] = issuer => Unsigned(issuer, "nOnE"),
        ["alg missing"] = issuer => issuer.TokenWithHeader(header => header.Remove("alg")),
        ["alg RS384, validly signed"] = issuer => Sign(issuer.Header("RS384"), Claims(issuer), content =>
            issuer.Rsa.SignData(content, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)),
        ["HS256 with the RSA public key as PEM"] = issuer => Hmac(issuer, Encoding.ASCII.GetBytes(issuer.Rsa.ExportSubjectPublicKeyInfoPem())),
        ["HS256 with the RSA public key as DER"] = issuer => Hmac(issuer, issuer.Rsa.ExportSubjectPublicKeyInfo()),
        ["HS256 with the RSA modulus"] = issuer => Hmac(issuer, issuer.Rsa.ExportParameters(false).Modulus!),
        ["HS256 with an empty key"] = issuer => Hmac(issuer, []),
        ["ES256 with r = s = 0"] = issuer => Sign(EcHeader(), Claims(issuer), _ => new byte[64]),
        ["ES256 in DER instead of P1363"] = issuer => Sign(EcHeader(), Claims(issuer), content =>
            issuer.Ecdsa.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),

        // Keys.
        ["another key under our kid"] = issuer => Sign(issuer.Header(), Claims(issuer), RsaSigner(issuer.Attacker)),
        ["unknown kid, another key"] = issuer => Sign(With(issuer.Header(), "kid", "stolen"), Claims(issuer), RsaSigner(issuer.Attacker)),
        ["unknown kid, our key"] = issuer => issuer.TokenWithHeader(header => header["kid"] = "stolen"),
        ["kid missing"] = issuer => issuer.TokenWithHeader(header => header.Remove("kid")),
        ["kid empty"] = issuer => issuer.TokenWithHeader(header => header["kid"] = ""),
        ["kid a path"] = issuer => issuer.TokenWithHeader(header => header["kid"] = "../../dev/null"),
        ["kid SQL"] = issuer => issuer.TokenWithHeader(header => header["kid"] = "' or 1=1 --"),
        ["kid an object"] = issuer => issuer.TokenWithHeader(header => header["kid"] = new JsonObject()),
        ["jwk header with the attacker's key"] = issuer => Attacked(issuer, header => header["jwk"] = Jwk(issuer.Attacker)),
        ["jwk header, kid removed"] = issuer => Attacked(issuer, header =>
        {
            header["jwk"] = Jwk(issuer.Attacker);
            header.Remove("kid");
        }),
        ["jku header to the attacker"] = issuer => Attacked(issuer, header => header["jku"] = "http://127.0.0.1:9/certs"),
        ["x5u header to the attacker"] = issuer => Attacked(issuer, header => header["x5u"] = "http://127.0.0.1:9/cert.pem"),
        ["x5c header with the attacker's certificate"] = issuer => Attacked(issuer, header => header["x5c"] = Certificate(issuer.Attacker)),
        ["crit unknown"] = issuer => issuer.TokenWithHeader(header =>
        {
            header["crit"] = new JsonArray("http://example.com/must-understand");
            header["http://example.com/must-understand"] = true;
        }),
        ["crit empty"] = issuer => issuer.TokenWithHeader(header => header["crit"] = new JsonArray()),

        // Signatures and shape.
        ["signature empty"] = issuer => issuer.Token()[..(issuer.Token().LastIndexOf('.') + 1)],
        ["signature left out"] = issuer => issuer.Token()[..issuer.Token().LastIndexOf('.')],
        ["signature with one bit flipped"] = issuer => Flip(issuer.Token(), part: 2),
        ["payload with one bit flipped"] = issuer => Flip(issuer.Token(), part: 1),
        ["signature of another token"] = issuer => Join(issuer.Token(claims => claims["sub"] = "mallory"), issuer.Token()),
        ["payload not JSON"] = issuer => issuer.Sign(issuer.Header(), "not json"),
        ["payload an array"] = issuer => issuer.Sign(issuer.Header(), "[1]"),
        ["payload empty"] = issuer => issuer.Sign(issuer.Header(), ""),
        ["payload nested 1,000 deep"] = issuer => issuer.Sign(issuer.Header(), Claims(issuer)[..^1] + ",\"x\":" + new string('[', 1000) + new string(']', 1000) + "}"),
        ["a claim twice"] = issuer => issuer.Sign(issuer.Header(), Claims(issuer)[..^1] + ",\"sub\":\"mallory\"}"),
        ["roles twice"] = issuer => issuer.Sign(issuer.Header(), Claims(issuer)[..^1] + ",\"realm_access\":{\"roles\":[\"administrator\"]}}"),
        ["five parts"] = issuer => issuer.Token() + ".e30.e30",
        ["garbage"] = _ => "a.b.c",
        ["one dot"] = _ => ".",
        ["one word"] = _ => "governance",
        ["17 kB"] = issuer => issuer.Token(claims => claims["note"] = new string('x', FarTooLarge)),

        // Issuer and audience.
        ["iss wrong"] = issuer => issuer.Token(claims => claims["iss"] = "https://evil.example/realms/governance"),
        ["iss with a trailing slash"] = issuer => issuer.Token(claims => claims["iss"] = issuer.Issuer + "/"),
        ["iss in capitals"] = issuer => issuer.Token(claims => claims["iss"] = issuer.Issuer.ToUpperInvariant()),
        ["iss another realm of the same server"] = issuer => issuer.Token(claims => claims["iss"] = $"{issuer.Url}/realms/master"),
        ["iss missing"] = issuer => issuer.Token(claims => claims.Remove("iss")),
        ["iss empty"] = issuer => issuer.Token(claims => claims["iss"] = ""),
        ["iss an array"] = issuer => issuer.Token(claims => claims["iss"] = new JsonArray(issuer.Issuer)),
        ["aud wrong"] = issuer => issuer.Token(claims => claims["aud"] = "another-api"),
        ["aud missing"] = issuer => issuer.Token(claims => claims.Remove("aud")),
        ["aud account only"] = issuer => issuer.Token(claims => claims["aud"] = "account"),
        ["aud empty array"] = issuer => issuer.Token(claims => claims["aud"] = new JsonArray()),
        ["aud that starts like ours"] = issuer => issuer.Token(claims => claims["aud"] = "governance-api-2"),
        ["aud in capitals"] = issuer => issuer.Token(claims => claims["aud"] = "Governance-API"),
        ["aud the client"] = issuer => issuer.Token(claims => claims["aud"] = "governance-cli"),

        // Time.
        ["expired one minute ago"] = issuer => issuer.Token(claims => claims["exp"] = Seconds(minutes: -1)),
        ["expired five minutes ago"] = issuer => issuer.Token(claims => claims["exp"] = Seconds(minutes: -5)),
        ["exp missing"] = issuer => issuer.Token(claims => claims.Remove("exp")),
        ["exp null"] = issuer => issuer.Token(claims => claims["exp"] = null),
        ["exp a string"] = issuer => issuer.Token(claims => claims["exp"] = $"{Seconds(minutes: 5)}"),
        ["exp zero"] = issuer => issuer.Token(claims => claims["exp"] = 0),
        ["exp negative"] = issuer => issuer.Token(claims => claims["exp"] = -1),
        ["nbf in five minutes"] = issuer => issuer.Token(claims => claims["nbf"] = Seconds(minutes: 5)),

        // Kind and subject.
        ["an ID token"] = issuer => issuer.Token(claims => claims["typ"] = "ID"),
        ["a refresh token"] = issuer => issuer.Token(claims => claims["typ"] = "Refresh"),
        ["an offline token"] = issuer => issuer.Token(claims => claims["typ"] = "Offline"),
        ["a logout token"] = issuer => issuer.Token(claims => claims["typ"] = "Logout"),
        ["typ missing"] = issuer => issuer.Token(claims => claims.Remove("typ")),
        ["typ in lower case"] = issuer => issuer.Token(claims => claims["typ"] = "bearer"),
        ["typ an array"] = issuer => issuer.Token(claims => claims["typ"] = new JsonArray("Bearer")),
        ["sub missing"] = issuer => issuer.Token(claims => claims.Remove("sub")),
        ["sub empty"] = issuer => issuer.Token(claims => claims["sub"] = ""),
        ["sub blank"] = issuer => issuer.Token(claims => claims["sub"] = " "),
        ["sub a number"] = issuer => issuer.Token(claims => claims["sub"] = 1),
        ["sub null"] = issuer => issuer.Token(claims => claims["sub"] = null),
    };

    private static string Claims(FakeIssuer issuer) => issuer.Payload().ToJsonString();

    private static JsonObject With(JsonObject header, string name, string value)
    {
        header[name] = value;

        return header;
    }

    private static string Unsigned(FakeIssuer issuer, string algorithm) => Sign(issuer.Header(algorithm), Claims(issuer), _ => []);

    private static string Hmac(FakeIssuer issuer, byte[] key) =>
        Sign(issuer.Header("HS256"), Claims(issuer), content => HMACSHA256.HashData(key, content));

    private static string Attacked(FakeIssuer issuer, Action<JsonObject> change)
    {
        var header = issuer.Header();
        change(header);

        return Sign(header, Claims(issuer), RsaSigner(issuer.Attacker));
    }

    private static JsonObject Jwk(RSA key)
    {
        var rsa = key.ExportParameters(includePrivateParameters: false);

        return new() { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(rsa.Modulus), ["e"] = Base64UrlEncoder.Encode(rsa.Exponent) };
    }

    private static JsonArray Certificate(RSA key)
    {
        var request = new CertificateRequest("CN=mallory", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

        return new(Convert.ToBase64String(certificate.Export(X509ContentType.Cert)));
    }

    private static string Flip(string token, int part)
    {
        var parts = token.Split('.');
        var bytes = Base64UrlEncoder.DecodeBytes(parts[part]);
        bytes[bytes.Length / 2] ^= 1;
        parts[part] = Base64UrlEncoder.Encode(bytes);

        return string.Join('.', parts);
    }

    private static string Join(string content, string signature) =>
        content[..(content.LastIndexOf('.') + 1)] + signature[(signature.LastIndexOf('.') + 1)..];
}
