using System.Reflection;
using System.Text.Json.Nodes;
using Governance.ServiceDefaults;

namespace Governance.Identity.Tests;

/// <summary>The file is read by Keycloak too, so what only Keycloak needs is checked here as well.</summary>
public sealed class RealmFileTests
{
    private static readonly string Path = System.IO.Path.Combine(AppContext.BaseDirectory, "governance-realm.json");
    private static readonly string Text = File.ReadAllText(Path);
    private static readonly JsonNode Json = JsonNode.Parse(Text)!;
    private static readonly Realm TheRealm = Realm.Read(Path);

    private static readonly string[] ManagedUnits =
    [
        "Retail Banking", "Wealth Management", "Retail Commerce", "Clinical Services", "Payments", "Customer Support", "Sales", "Marketing",
        "Construction Estimating", "Contact Centre", "Medical Devices", "Legal", "Research", "Operations", "Human Resources", "Public Services", "IT",
    ];

    [Fact]
    public void The_realm_has_the_roles_the_code_knows_and_no_others()
    {
        var known = typeof(Roles).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        var roles = Json["roles"]!["realm"]!.AsArray();

        roles.Select(role => role!["name"]!.GetValue<string>()).Order().ShouldBe(known.Order());
        roles.ShouldAllBe(role => role!["description"]!.GetValue<string>().Length > 0);
    }

    [Theory]
    [InlineData("portfolio.manager", "portfolio-manager")]
    [InlineData("portfolio.manager.insurance", "portfolio-manager")]
    [InlineData("risk.reviewer", "risk-reviewer")]
    [InlineData("legal.reviewer", "legal-reviewer")]
    [InlineData("privacy.reviewer", "privacy-reviewer")]
    [InlineData("security.reviewer", "security-reviewer")]
    [InlineData("auditor", "auditor")]
    [InlineData("executive", "executive")]
    [InlineData("administrator", "administrator")]
    [InlineData("administrator.second", "administrator")]
    [InlineData("service-account-usage-gateway", "usage-writer")]
    [InlineData("service-account-decision-pipeline", "decision-reader")]
    public void Every_account_has_one_role_and_a_subject_of_its_own(string account, string role)
    {
        var found = TheRealm.Accounts.Where(candidate => candidate.Username == account).ShouldHaveSingleItem();

        found.Roles.ShouldBe([role]);
        found.Enabled.ShouldBeTrue();
        Guid.TryParseExact(found.Id, "D", out _).ShouldBeTrue();
        TheRealm.Accounts.Count(candidate => candidate.Id == found.Id).ShouldBe(1);
    }

    [Fact]
    public void There_are_no_accounts_beyond_those() => TheRealm.Accounts.Count.ShouldBe(12);

    [Fact]
    public void The_two_managers_share_no_business_unit()
    {
        TheRealm.SignIn("portfolio.manager", "governance")!.BusinessUnits.ShouldBe(ManagedUnits, ignoreOrder: true);
        TheRealm.SignIn("portfolio.manager.insurance", "governance")!.BusinessUnits.ShouldBe(["Insurance"]);
    }

    [Fact]
    public void People_have_all_that_keycloak_asks_of_a_profile_before_it_signs_them_in() =>
        TheRealm.Accounts.Where(account => account.Client is null).ShouldAllBe(account =>
            !string.IsNullOrEmpty(account.FirstName) && !string.IsNullOrEmpty(account.LastName) && !string.IsNullOrEmpty(account.Email));

    [Fact]
    public void The_user_profile_keeps_business_units_when_an_account_is_edited() =>
        Json["components"]!["org.keycloak.userprofile.UserProfileProvider"]![0]!["config"]!["kc.user.profile.config"]![0]!
            .GetValue<string>().ShouldContain("\"business_units\"");

    /// <summary>The members of Keycloak's own representations; its import stops at one it does not know.</summary>
    [Theory]
    [InlineData("realm", "id realm displayName enabled sslRequired registrationAllowed resetPasswordAllowed editUsernameAllowed " +
        "loginWithEmailAllowed duplicateEmailsAllowed bruteForceProtected failureFactor defaultSignatureAlgorithm revokeRefreshToken " +
        "accessTokenLifespan accessCodeLifespan accessCodeLifespanLogin ssoSessionIdleTimeout ssoSessionMaxLifespan roles clients users " +
        "clientScopes defaultDefaultClientScopes defaultOptionalClientScopes components attributes")]
    [InlineData("role", "id name description composite composites clientRole containerId attributes")]
    [InlineData("client scope", "id name description protocol attributes protocolMappers")]
    [InlineData("mapper", "id name protocol protocolMapper config")]
    [InlineData("client", "id clientId name description rootUrl adminUrl baseUrl enabled clientAuthenticatorType secret redirectUris webOrigins " +
        "bearerOnly consentRequired standardFlowEnabled implicitFlowEnabled directAccessGrantsEnabled serviceAccountsEnabled publicClient " +
        "frontchannelLogout protocol attributes fullScopeAllowed protocolMappers defaultClientScopes optionalClientScopes")]
    [InlineData("user", "id username enabled emailVerified firstName lastName email attributes credentials realmRoles clientRoles groups serviceAccountClientId")]
    [InlineData("credential", "type value temporary")]
    [InlineData("component", "id name providerId subType subComponents config")]
    public void Keycloak_knows_every_member(string kind, string members) =>
        Objects(kind).SelectMany(each => each.AsObject().Select(member => member.Key)).Distinct()
            .Except(members.Split(' ')).ShouldBeEmpty();

    [Fact]
    public void The_file_holds_no_secret_and_no_key()
    {
        Json["clients"]!.AsArray().ShouldAllBe(client => client!["secret"] == null);
        Text.ShouldNotContain("PRIVATE KEY");
        Text.ShouldNotContain("privateKey");
    }

    [Fact]
    public void Each_client_has_only_the_flow_it_needs()
    {
        Flows("governance-cli").ShouldBe("public, password");
        Flows("governance-portal").ShouldBe("public, code");
        Flows("usage-gateway").ShouldBe("machine");
        Flows("decision-pipeline").ShouldBe("machine");
        Flows("governance-api").ShouldBe("");
        Client("governance-portal")["attributes"]!["pkce.code.challenge.method"]!.GetValue<string>().ShouldBe("S256");
        Client("governance-portal")["redirectUris"]!.ToJsonString().ShouldBe("""["http://localhost:8080/*"]""");
        Client("governance-api")["bearerOnly"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Every_client_s_tokens_name_the_api_the_roles_and_the_units()
    {
        var mappers = Json["clientScopes"]!.AsArray().Single(scope => scope!["name"]!.GetValue<string>() == "governance")!["protocolMappers"]!.AsArray();

        mappers.Select(mapper => mapper!["protocolMapper"]!.GetValue<string>()).ShouldBe(
            ["oidc-audience-mapper", "oidc-usermodel-realm-role-mapper", "oidc-usermodel-attribute-mapper"]);
        mappers.ShouldAllBe(mapper => mapper!["config"]!["access.token.claim"]!.GetValue<string>() == "true");
        mappers[0]!["config"]!["included.client.audience"]!.GetValue<string>().ShouldBe("governance-api");
        mappers[1]!["config"]!["claim.name"]!.GetValue<string>().ShouldBe("realm_access.roles");
        mappers[2]!["config"]!["claim.name"]!.GetValue<string>().ShouldBe("business_units");
        mappers[2]!["config"]!["multivalued"]!.GetValue<string>().ShouldBe("true");
        Json["clients"]!.AsArray().Where(client => !client!["bearerOnly"]!.GetValue<bool>())
            .ShouldAllBe(client => client!["defaultClientScopes"]!.AsArray().Any(scope => scope!.GetValue<string>() == "governance"));
    }

    private static JsonNode Client(string id) => Json["clients"]!.AsArray().Single(client => client!["clientId"]!.GetValue<string>() == id)!;

    private static string Flows(string id) => string.Join(", ", new[]
    {
        Flag(id, "publicClient") ? "public" : "",
        Flag(id, "standardFlowEnabled") ? "code" : "",
        Flag(id, "implicitFlowEnabled") ? "implicit" : "",
        Flag(id, "directAccessGrantsEnabled") ? "password" : "",
        Flag(id, "serviceAccountsEnabled") ? "machine" : "",
    }.Where(flow => flow.Length > 0));

    private static bool Flag(string id, string name) => Client(id)[name]!.GetValue<bool>();

    private static JsonNode[] Objects(string kind) => kind switch
    {
        "realm" => [Json],
        "role" => All(Json["roles"]!["realm"]),
        "client scope" => All(Json["clientScopes"]),
        "mapper" => [.. All(Json["clientScopes"]).Concat(All(Json["clients"])).SelectMany(owner => All(owner["protocolMappers"]))],
        "client" => All(Json["clients"]),
        "user" => All(Json["users"]),
        "credential" => [.. All(Json["users"]).SelectMany(user => All(user["credentials"]))],
        _ => [.. Json["components"]!.AsObject().SelectMany(component => All(component.Value))],
    };

    private static JsonNode[] All(JsonNode? list) => [.. (list?.AsArray() ?? []).Select(item => item!)];
}
