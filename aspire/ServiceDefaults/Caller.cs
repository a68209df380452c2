using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Governance.ServiceDefaults;

/// <summary>Who is calling, as the token says; an endpoint asks for it as a parameter.</summary>
public sealed record Caller(string Subject, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> BusinessUnits)
{
    public const string SubjectClaim = "sub";
    public const string NameClaim = "name";
    public const string RoleClaim = "role";
    public const string BusinessUnitClaim = "business_units";
    public const string AddressClaim = "email";

    public bool Is(string role) => Roles.Contains(role, StringComparer.Ordinal);

    public bool Owns(string businessUnit) => BusinessUnits.Contains(businessUnit, StringComparer.Ordinal);

    public static Caller From(ClaimsPrincipal user) => new(
        One(user, SubjectClaim) ?? throw new InvalidOperationException("An endpoint open to everybody has no caller."),
        One(user, NameClaim) ?? "",
        All(user, RoleClaim),
        All(user, BusinessUnitClaim));

    public static ValueTask<Caller> BindAsync(HttpContext http) => ValueTask.FromResult(From(http.User));

    private static string? One(ClaimsPrincipal user, string type) => user.FindFirst(type)?.Value;

    private static string[] All(ClaimsPrincipal user, string type) => [.. user.FindAll(type).Select(claim => claim.Value)];
}

/// <summary>The realm roles of the platform.</summary>
public static class Roles
{
    public const string PortfolioManager = "portfolio-manager";
    public const string RiskReviewer = "risk-reviewer";
    public const string LegalReviewer = "legal-reviewer";
    public const string PrivacyReviewer = "privacy-reviewer";
    public const string SecurityReviewer = "security-reviewer";
    public const string Auditor = "auditor";
    public const string Executive = "executive";
    public const string Administrator = "administrator";
    public const string UsageWriter = "usage-writer";
    public const string DecisionReader = "decision-reader";
}
