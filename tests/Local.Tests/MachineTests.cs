namespace Governance.Local.Tests;

public sealed class MachineTests
{
    private static readonly Machine.Need[] Both =
        [new("PostgreSQL", "postgresql", "postgresql@17", () => true), new("RabbitMQ", "rabbitmq-server", "rabbitmq", () => true)];

    [Fact]
    public void Root_installs_with_apt() => Machine.MissingHere(Both, hasApt: true, hasBrew: false, isRoot: true).ShouldBeNull();

    [Fact]
    public void Anybody_installs_with_brew() => Machine.MissingHere(Both, hasApt: false, hasBrew: true, isRoot: false).ShouldBeNull();

    [Fact]
    public void Without_root_the_exact_command_is_named() =>
        Machine.MissingHere(Both, hasApt: true, hasBrew: false, isRoot: false)!.Message.ShouldBe(
            "PostgreSQL and RabbitMQ must be installed, which takes root. " +
            "Run: sudo apt-get install --no-install-recommends postgresql rabbitmq-server (or start docker or podman, which need nothing installed).");

    [Fact]
    public void Without_a_package_manager_one_is_told_what_to_install_by_hand() =>
        Machine.MissingHere(Both, hasApt: false, hasBrew: false, isRoot: true)!.Message.ShouldContain("neither apt-get nor brew");

    [Fact]
    public void Containers_are_for_machines_where_nothing_is_installed_and_nothing_can_be()
    {
        Machine.InContainers(madeNatively: false, madeInContainers: false, obstacle: null).ShouldBeFalse();
        Machine.InContainers(madeNatively: false, madeInContainers: false, new("Missing.", "Install it.")).ShouldBeTrue();
    }

    [Fact]
    public void Data_made_one_way_is_not_abandoned_for_the_other()
    {
        Machine.InContainers(madeNatively: false, madeInContainers: true, obstacle: null).ShouldBeTrue();
        Should.Throw<ProblemException>(() => Machine.InContainers(madeNatively: true, madeInContainers: false, new("Missing.", "Install it.")));
    }
}
