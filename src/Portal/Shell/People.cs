using System.Security.Claims;
using Governance.Portal.Editions;
using Governance.ServiceDefaults;
using MudBlazor;

namespace Governance.Portal.Shell;

/// <summary>Who is looking, by the roles of the platform; anything else a realm may grant means nothing here.</summary>
internal static class People
{
    private static readonly string[] Known = [.. Access.CaseReaders, Roles.Executive, Roles.Administrator];

    public static IEnumerable<string> Of(ClaimsPrincipal user) => Known.Where(user.IsInRole);

    public static bool SeesCases(ClaimsPrincipal user) => Access.CaseReaders.Any(user.IsInRole);

    public static bool IsReviewer(ClaimsPrincipal user) => Access.Reviewers.Any(user.IsInRole);
}

internal sealed record MenuEntry(string Path, string Text, string Icon);

/// <summary>What each role finds in the menu: what it can do, and nothing else.</summary>
internal static class Menu
{
    public const string Notices = "/notices";

    private static bool Of(ClaimsPrincipal user) => People.Of(user).Any();

    public static IEnumerable<MenuEntry> For(ClaimsPrincipal user)
    {
        yield return new("/", "Front page", Icons.Material.Filled.Home);

        if (People.IsReviewer(user) || user.IsInRole(Roles.Auditor))
        {
            yield return new("/reviews", "Reviews", Icons.Material.Filled.FactCheck);
        }

        if (People.SeesCases(user))
        {
            yield return new("/cases", "Cases", Icons.Material.Filled.Folder);
        }

        if (user.IsInRole(Roles.PortfolioManager))
        {
            yield return new("/cases/new", "New case", Icons.Material.Filled.AddCircle);
            yield return new("/cases/import", "Import", Icons.Material.Filled.UploadFile);
        }

        if (People.IsReviewer(user) || user.IsInRole(Roles.Auditor) || user.IsInRole(Roles.Administrator))
        {
            yield return new("/delegations", "Delegations", Icons.Material.Filled.Handshake);
        }

        if (Of(user))
        {
            yield return new(Notices, "Notices", Icons.Material.Filled.Notifications);
        }

        if (user.IsInRole(Roles.Administrator))
        {
            yield return new("/administration/webhooks", "Webhooks and mail", Icons.Material.Filled.Webhook);
        }

        if (user.IsInRole(Roles.Auditor))
        {
            yield return new("/audit", "Audit trail", Icons.Material.Filled.History);
            yield return new("/ledger", "Ledger", Icons.Material.Filled.Verified);
            yield return new("/duties", "Separation of duties", Icons.Material.Filled.SafetyDivider);
            yield return new("/reads", "Recorded reads", Icons.Material.Filled.Visibility);
        }

        if (user.IsInRole(Roles.Auditor) || (user.IsInRole(Roles.Executive) && People.SeesCases(user)))
        {
            yield return new("/portfolio", "Portfolio", Icons.Material.Filled.PieChart);
        }

        if (user.IsInRole(Roles.Administrator))
        {
            foreach (var kind in EditionKind.All)
            {
                yield return new(kind.Page, kind.Title, kind.Icon);
            }
        }

        if (user.IsInRole(Roles.Administrator) || user.IsInRole(Roles.PrivacyReviewer) || user.IsInRole(Roles.Auditor))
        {
            yield return new("/erasures", "Erasures", Icons.Material.Filled.PersonRemove);
            yield return new("/holds", "Legal holds", Icons.Material.Filled.Lock);
            yield return new("/retention", "Retention", Icons.Material.Filled.EventBusy);
        }
    }
}

/// <summary>The roles a page is for, as its attribute wants them.</summary>
internal static class For
{
    public const string Managers = Roles.PortfolioManager;
    public const string Auditors = Roles.Auditor;
    public const string Administrators = Roles.Administrator;
    public const string Erasers = $"{Roles.Administrator},{Roles.PrivacyReviewer}";
    public const string ErasureReaders = $"{Erasers},{Roles.Auditor}";
    public const string EditionReaders = $"{Roles.Administrator},{Roles.Auditor}";
    public const string PortfolioReaders = $"{Roles.Executive},{Roles.Auditor}";
    public const string Reviewers = $"{Roles.RiskReviewer},{Roles.LegalReviewer},{Roles.PrivacyReviewer},{Roles.SecurityReviewer}";
    public const string ReviewReaders = $"{Reviewers},{Roles.Auditor}";
    public const string Delegators = $"{ReviewReaders},{Roles.Administrator}";
    public const string CaseReaders = $"{ReviewReaders},{Roles.PortfolioManager}";
}
