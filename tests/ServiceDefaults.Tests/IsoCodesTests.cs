using System.Globalization;

namespace Governance.ServiceDefaults.Tests;

public sealed class IsoCodesTests
{
    [Theory]
    [InlineData("EUR")]
    [InlineData("USD")]
    [InlineData("JPY")]
    [InlineData("XCG")]
    [InlineData("ZWG")]
    public void An_active_currency_is_known(string code) => IsoCodes.IsCurrency(code).ShouldBeTrue();

    [Theory]
    [InlineData("eur")]
    [InlineData("EUR ")]
    [InlineData("")]
    [InlineData("€")]
    [InlineData("DEM")]
    [InlineData("HRK")]
    [InlineData("BGN")]
    [InlineData("ANG")]
    [InlineData("BTC")]
    [InlineData("XXX")]
    [InlineData("ЕUR")]
    public void What_is_no_active_currency_is_refused(string code) => IsoCodes.IsCurrency(code).ShouldBeFalse();

    [Theory]
    [InlineData("EU")]
    [InlineData("DE")]
    [InlineData("GB")]
    [InlineData("US")]
    public void A_country_or_the_Union_is_a_jurisdiction(string code) => IsoCodes.IsJurisdiction(code).ShouldBeTrue();

    [Theory]
    [InlineData("de")]
    [InlineData("DEU")]
    [InlineData("UK")]
    [InlineData("XX")]
    [InlineData("")]
    [InlineData("DE\n")]
    public void What_is_no_country_is_refused(string code) => IsoCodes.IsJurisdiction(code).ShouldBeFalse();

    [Fact]
    public void Every_region_the_runtime_knows_is_a_jurisdiction_but_for_those_without_a_code_of_their_own()
    {
        string[] reservedOrUserAssigned = ["AC", "CP", "CQ", "DG", "EA", "IC", "TA", "UK", "XK", "SU", "AN", "CS", "DD", "YU", "ZR"];

        var regions = CultureInfo.GetCultures(CultureTypes.SpecificCultures)
            .Where(culture => culture.Name.Split('-').Any(part => part.Length is 2 && part.All(char.IsAsciiLetterUpper)))
            .Select(culture => new RegionInfo(culture.Name).TwoLetterISORegionName)
            .Distinct()
            .Where(region => region.Length is 2)
            .Except(reservedOrUserAssigned);

        regions.ShouldAllBe(region => IsoCodes.IsJurisdiction(region));
    }
}
