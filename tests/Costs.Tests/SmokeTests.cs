namespace Governance.Costs.Tests;
public sealed class SmokeTests { [Fact] public void Builds() => true.ShouldBeTrue(); }
