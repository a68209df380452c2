namespace Governance.Local.Tests;

public sealed class PosixTests
{
    private const string After = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987654 20 21";

    [Fact]
    public void A_process_is_known_by_when_it_began_whatever_its_name() =>
        Posix.StartedFrom($"42 (a (bad) name) S{After}").ShouldBe("987654");

    [Fact]
    public void A_zombie_counts_as_gone() => Posix.StartedFrom($"42 (dead) Z{After}").ShouldBeNull();

    [Fact]
    public void A_recycled_number_is_not_the_process_it_once_was() => Posix.IsAlive(Environment.ProcessId, "1").ShouldBeFalse();
}
