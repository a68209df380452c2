namespace Governance.ServiceDefaults.Tests;

public sealed class CallerTests
{
    private static readonly Caller Manager = new("1", "Portfolio Manager", [Roles.PortfolioManager], ["Retail Banking"]);

    [Theory]
    [InlineData("Retail Banking", true)]
    [InlineData("retail banking", false)]
    [InlineData("Retail Banking ", false)]
    [InlineData("Retail", false)]
    [InlineData("Insurance", false)]
    [InlineData("", false)]
    public void A_business_unit_is_owned_only_under_its_exact_name(string unit, bool owned) => Manager.Owns(unit).ShouldBe(owned);

    [Theory]
    [InlineData("portfolio-manager", true)]
    [InlineData("Portfolio-Manager", false)]
    [InlineData("auditor", false)]
    public void A_role_is_held_only_under_its_exact_name(string role, bool held) => Manager.Is(role).ShouldBe(held);
}
