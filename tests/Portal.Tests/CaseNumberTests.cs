using Governance.Portal.Cases;

namespace Governance.Portal.Tests;

public sealed class CaseNumberTests
{
    [Theory]
    [InlineData("UC-2026-0042", "UC-2026-0042")]
    [InlineData(" uc-2026-42 ", "UC-2026-0042")]
    [InlineData("2025-7", "UC-2025-0007")]
    [InlineData("42", "UC-2026-0042")]
    [InlineData("UC-2026-12345", "UC-2026-12345")]
    [InlineData("letters", null)]
    [InlineData("42 letters", null)]
    [InlineData("", null)]
    public void A_number_is_understood_as_people_type_it(string typed, string? number) => CaseNumber.Read(typed, 2026).ShouldBe(number);
}
