using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults.Tests;

namespace Governance.Identity.Tests;

public sealed class LifecycleTests : IDisposable
{
    private readonly DirectoryInfo keys = Directory.CreateTempSubdirectory("governance-keys-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => keys.Delete(recursive: true);

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("")]
    public async Task Outside_development_identity_refuses_to_start_and_says_why_in_one_line(string environment)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Governance.Identity.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", program)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = environment, ["DOTNET_ENVIRONMENT"] = environment },
        })!;

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var _ = patience.Token.Register(process.Kill);

        var complaint = await process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);

        process.ExitCode.ShouldBe(1);
        complaint.Trim().ShouldBe("Identity signs in demo accounts and starts only in Development; elsewhere, run Keycloak.");
    }

    [Fact]
    public async Task With_kept_keys_refresh_tokens_and_signatures_outlive_a_restart()
    {
        var settings = new Dictionary<string, string> { ["Identity:KeysDirectory"] = keys.FullName };
        await using var before = new RunningIdentity(settings);
        var (_, answer) = await before.SignIn("auditor");
        var certificates = await before.Http.GetStringAsync("certs", Cancelled);
        var address = before.Url.GetLeftPart(UriPartial.Authority);
        await before.DisposeAsync();

        await using var after = new RunningIdentity(new Dictionary<string, string>(settings) { ["Identity:PublicUrl"] = address });
        var (status, _) = await after.Token(
            ("grant_type", "refresh_token"), ("client_id", "governance-cli"), ("refresh_token", answer.Refresh()));

        status.ShouldBe(HttpStatusCode.OK);
        (await after.Http.GetStringAsync("certs", Cancelled)).ShouldBe(certificates);
    }

    [Fact]
    public async Task Without_a_folder_every_start_has_keys_of_its_own()
    {
        await using var one = new RunningIdentity();
        await using var two = new RunningIdentity();

        (await one.Http.GetStringAsync("certs", Cancelled)).ShouldNotBe(await two.Http.GetStringAsync("certs", Cancelled));
    }

    [Fact]
    public void Kept_keys_are_for_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");

        _ = Keys.LoadOrCreate(Path.Combine(keys.FullName, "new"));

        foreach (var file in keys.EnumerateFiles("*", SearchOption.AllDirectories))
        {
#pragma warning disable CA1416 // Skipped on Windows above.
            file.UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        }
    }

    [Fact]
    public async Task A_client_without_the_code_flow_gets_no_form_even_with_an_address_to_return_to()
    {
        var file = Path.Combine(keys.FullName, "realm.json");
        var realm = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "governance-realm.json"), Cancelled))!;
        realm["clients"]!.AsArray().Single(client => client!["clientId"]!.GetValue<string>() == "governance-cli")!["redirectUris"] =
            new JsonArray("http://localhost:8080/*");
        await File.WriteAllTextAsync(file, realm.ToJsonString(), Cancelled);
        await using var identity = new RunningIdentity(new Dictionary<string, string> { ["Identity:RealmFile"] = file });

        var page = await identity.Http.GetAsync(
            "auth?client_id=governance-cli&response_type=code&redirect_uri=http://localhost:8080/&code_challenge=x&code_challenge_method=S256", Cancelled);

        (await page.Content.ReadAsStringAsync(Cancelled)).ShouldNotContain("<form");
    }

    [Fact]
    public async Task A_portal_at_another_address_can_be_returned_to_when_identity_is_told_of_it()
    {
        await using var identity = new RunningIdentity(new Dictionary<string, string> { ["Identity:PortalUrl"] = "http://localhost:9090" });

        using var there = await identity.Http.GetAsync("logout?post_logout_redirect_uri=http://localhost:9090/", Cancelled);

        there.Headers.Location!.Authority.ShouldBe("localhost:9090");
    }
}
