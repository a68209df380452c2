namespace Governance.Strategy.Tests;
public sealed class SmokeTests { [Fact] public void Builds() => true.ShouldBeTrue(); }
