namespace Governance.Local.Tests;

public sealed class ProblemTests
{
    [Fact]
    public void A_problem_says_what_and_what_to_do() =>
        ProblemException.Explain(new ProblemException("Port 8080 is taken.", "Stop its holder."))
            .ShouldBe("Port 8080 is taken. Stop its holder.");

    [Fact]
    public void A_full_disk_is_called_that() =>
        ProblemException.Explain(new IOException("No space left on device : '/data'", 28)).ShouldStartWith("The disk is full: No space left");

    [Fact]
    public void A_folder_one_may_not_write_comes_with_the_remedy() =>
        ProblemException.Explain(new UnauthorizedAccessException("Access to the path '/data' is denied."))
            .ShouldContain("Make the checkout writable");

    [Fact]
    public void Nothing_takes_more_than_one_line() =>
        ProblemException.Explain(new InvalidOperationException("first\nsecond")).ShouldNotContain("\n");

    [Fact]
    public void The_single_cause_of_an_aggregate_is_what_counts() =>
        ProblemException.Explain(new AggregateException(new ProblemException("It broke.", "Mend it."))).ShouldBe("It broke. Mend it.");
}
