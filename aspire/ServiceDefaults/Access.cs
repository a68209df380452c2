namespace Governance.ServiceDefaults;

/// <summary>Who may see which cases: managers those of their own units, reviewers and auditors all. To anyone else a case is not there.</summary>
public static class Access
{
    public static readonly string[] Reviewers =
        [Roles.RiskReviewer, Roles.LegalReviewer, Roles.PrivacyReviewer, Roles.SecurityReviewer];

    public static readonly string[] CaseReaders = [Roles.PortfolioManager, Roles.Auditor, .. Reviewers];

    /// <summary>Who may ask what would be: nothing of any case is shown.</summary>
    public static readonly string[] Askers = [.. CaseReaders, Roles.Administrator];

    extension(Caller caller)
    {
        public bool SeesAllUnits => caller.Is(Roles.Auditor) || Reviewers.Any(caller.Is);

        /// <param name="businessUnit">The unit of the case, or null where there is no such case.</param>
        /// <exception cref="NotFoundException">The caller may not know whether the case exists.</exception>
        public void RequireSight(string? businessUnit)
        {
            if (businessUnit is null || !(caller.SeesAllUnits || caller.Owns(businessUnit)))
            {
                throw new NotFoundException("There is no such use case among those you may see.");
            }
        }
    }
}
