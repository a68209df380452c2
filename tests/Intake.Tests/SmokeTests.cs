namespace Governance.Intake.Tests;
public sealed class SmokeTests { [Fact] public void Builds() => true.ShouldBeTrue(); }
