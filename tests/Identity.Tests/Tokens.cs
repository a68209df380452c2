using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Governance.Identity.Tests;

internal static class Tokens
{
    public static string Access(this JsonObject answer) => answer["access_token"]!.GetValue<string>();

    public static string Refresh(this JsonObject answer) => answer["refresh_token"]!.GetValue<string>();

    public static string Error(this JsonObject answer) => answer["error"]!.GetValue<string>();

    public static JsonObject Header(string token) => Part(token, 0);

    public static JsonObject Payload(string token) => Part(token, 1);

    private static JsonObject Part(string token, int index) => JsonNode.Parse(Base64UrlEncoder.Decode(token.Split('.')[index]))!.AsObject();
}
