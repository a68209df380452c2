using System.Text.RegularExpressions;
using System.Net.Http.Json;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Authorization.Tests;

/// <summary>Every line of the matrix, called as every caller.</summary>
[Collection(nameof(Platform))]
public sealed partial class AccessTests(Platform platform)
{
    public static TheoryData<int, string, string> Calls => new(
        from i in Enumerable.Range(0, Matrix.Rows.Count)
        let row = Matrix.Rows[i]
        from service in row.IsForAllServices ? Inventory.Services : [row.Service]
        from caller in row.Expected.Keys
        select new TheoryDataRow<int, string, string>(i, service, caller)
        {
            TestDisplayName = $"{row.Endpoint} of {service}: {caller}, {row.Case} case, gets {row.Expected[caller]}",
        });

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task The_answer_is_the_one_in_the_matrix(int line, string service, string caller)
    {
        var row = Matrix.Rows[line];
        var target = platform.Services[service];
        var person = new Person(caller, caller is "no-role" or "anonymous" ? [] : [caller is "expired" ? Roles.Auditor : caller], [Platform.OwnUnit]);
        var id = row.Case switch
        {
            "absent" => Guid.CreateVersion7(),
            _ when !row.Route.Contains("{id", StringComparison.Ordinal) && !row.Route.Contains("{key}", StringComparison.Ordinal) => Guid.Empty,
            "other" => await target.MakeCase(Platform.OtherUnit, "somebody else"),
            "edited" => await target.MakeCase(Platform.OwnUnit, person.Subject),
            _ => await target.MakeCase(Platform.OwnUnit, "somebody else"),
        };

        using var http = caller is "anonymous" ? null : target.WithToken(TestTokens.For(
            person, caller is "expired" ? claims => claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds() : null));
        using var request = Request(row, id);
        using var response = await (http ?? target.Anonymous).SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();

        ((int)response.StatusCode).ShouldBe(row.Expected[caller], body);

        if (!response.IsSuccessStatusCode)
        {
            response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
            body.ShouldNotContain(id.ToString());
            body.ShouldNotContain(Platform.OtherUnit);
        }

        if (row.Expected[caller] is 401)
        {
            response.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Bearer");
        }
    }

    private static HttpRequestMessage Request(Row row, Guid id)
    {
        var path = row.Route.Replace("{id:guid}", $"{id}", StringComparison.Ordinal).Replace("{key}", $"{id}", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal)
            .Replace("{version}", "2026-11", StringComparison.Ordinal);
        path = Absent().Replace(path, $"{Guid.CreateVersion7()}");
        var request = new HttpRequestMessage(row.Method is "ANY" ? HttpMethod.Get : new HttpMethod(row.Method), path);
        var unit = row is { Case: "other", Route: "/api/use-cases" } ? Platform.OtherUnit : Platform.OwnUnit;

        request.Content = (row.Method, row.Route) switch
        {
            ("POST", "/api/use-cases") => Json(Facts.Example with { BusinessUnit = unit }),
            ("PUT", _) => Json(Facts.Example with { PromptCount = 15 }),
            ("POST", _) when row.Route.EndsWith("/evidence", StringComparison.Ordinal) => Json(new { evidence = "A link." }),
            ("POST", _) => Json(new { reason = "Because." }),
            _ => null,
        };

        if (row.Service is "intake")
        {
            request.Headers.TryAddWithoutValidation("If-Match", "\"r1\"");
        }

        return request;
    }

    /// <summary>What is no case, such as a notification: one that does not exist stands for all.</summary>
    [GeneratedRegex(@"\{(notification|webhook|delivery|erasure|hold|ruling|eventId):guid\}")]
    private static partial Regex Absent();

    private static JsonContent Json<T>(T body) => JsonContent.Create(body, options: ServiceDefaults.Json.Options);
}
