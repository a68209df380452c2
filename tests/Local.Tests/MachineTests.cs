namespace Governance.Local.Tests;

public sealed class MachineTests
{
    private static readonly Machine.Need[] Both =
        [new("PostgreSQL", "postgresql", "postgresql@17"), new("RabbitMQ", "rabbitmq-server", "rabbitmq")];

    [Fact]
    public void Root_installs_with_apt() => Machine.MissingHere(Both, hasApt: true, hasBrew: false, isRoot: true).ShouldBeNull();

    [Fact]
    public void Anybody_installs_with_brew() => Machine.MissingHere(Both, hasApt: false, hasBrew: true, isRoot: false).ShouldBeNull();

    [Fact]
    public void Without_root_the_exact_command_is_named() =>
        Machine.MissingHere(Both, hasApt: true, hasBrew: false, isRoot: false)!.Message.ShouldBe(
            "PostgreSQL and RabbitMQ must be installed, which takes root. " +
            "Run: sudo apt-get install --no-install-recommends postgresql rabbitmq-server");

    [Fact]
    public void Without_a_package_manager_one_is_told_what_to_install_by_hand() =>
        Machine.MissingHere(Both, hasApt: false, hasBrew: false, isRoot: true)!.Message.ShouldContain("neither apt-get nor brew");
}
