namespace Governance.Local.Tests;

public sealed class LogTailTests
{
    [Fact]
    public void An_unhandled_exception_is_the_reason_and_its_stack_is_not() =>
        LogTail.Reason(["info: starting", "Unhandled exception. System.Exception: no store", "   at Program.Main()"])
            .ShouldBe("Unhandled exception. System.Exception: no store");

    [Fact]
    public void The_broker_names_its_reason_in_the_middle_of_a_crash_report() =>
        LogTail.Reason(
            [
                "[error] <0.1.0>   crasher:",
                "[notice] <0.44.0> Application rabbitmq_prelaunch exited with reason: bad_configuration",
                "[error] <0.1.0>",
            ])
            .ShouldBe("[notice] <0.44.0> Application rabbitmq_prelaunch exited with reason: bad_configuration");

    [Fact]
    public void Without_an_alarm_the_last_words_count() => LogTail.Reason(["hello", "goodbye", ""]).ShouldBe("goodbye");

    [Fact]
    public void An_empty_log_gives_no_reason() => LogTail.Reason([]).ShouldBeNull();
}
