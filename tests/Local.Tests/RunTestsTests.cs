namespace Governance.Local.Tests;

public sealed class RunTestsTests
{
    private static readonly string[] Summary =
        ["Test run summary: Failed!", "  total: 12", "  failed: 2", "  succeeded: 10", "  skipped: 0", "  duration: 1s 204ms"];

    [Fact]
    public void The_last_line_counts_what_passed_and_what_failed()
    {
        RunTests.Count(Summary, "succeeded").ShouldBe(10);
        RunTests.Count(Summary, "failed").ShouldBe(2);
    }

    [Fact]
    public void What_failed_is_named_again_at_the_end() =>
        RunTests.Failures(["failed Some.Test (12ms)", "  it failed because", .. Summary]).ShouldBe(["failed Some.Test (12ms)"]);

    [Fact]
    public void A_run_without_a_summary_counts_nothing() => RunTests.Count(["it crashed"], "succeeded").ShouldBe(0);
}
