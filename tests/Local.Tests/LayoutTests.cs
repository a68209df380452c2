namespace Governance.Local.Tests;

public sealed class LayoutTests
{
    private const UnixFileMode Open = (UnixFileMode)0b111_101_101, Closed = (UnixFileMode)0b111_000_000;

    [Fact]
    public void An_ordinary_user_keeps_everything_in_the_checkout() =>
        Layout.DataFolder("/home/ada/governance", isRoot: false, _ => Closed).ShouldBe("/home/ada/governance/.governance");

    [Fact]
    public void Root_keeps_it_in_the_checkout_where_the_system_users_can_go() =>
        Layout.DataFolder("/srv/governance", isRoot: true, _ => Open).ShouldBe("/srv/governance/.governance");

    [Fact]
    public void Roots_own_home_is_closed_to_the_system_users() =>
        Layout.DataFolder("/root/governance", isRoot: true, folder => folder is "/root" ? Closed : Open).ShouldStartWith("/var/lib/governance/");

    [Fact]
    public void Two_checkouts_do_not_share_a_folder() =>
        Layout.DataFolder("/root/a", isRoot: true, _ => Closed).ShouldNotBe(Layout.DataFolder("/root/b", isRoot: true, _ => Closed));

    [Fact]
    public void Ports_and_passwords_stay_the_same_at_every_start() => InFolder(folder =>
    {
        var first = Layout.In(folder);
        var second = Layout.In(folder);

        second.PostgresPort.ShouldBe(first.PostgresPort);
        second.Port("data-readiness").ShouldBe(first.Port("data-readiness"));
        second.Password("postgres").ShouldBe(first.Password("postgres"));
    });

    [Fact]
    public void Passwords_are_for_their_owners_eyes_only() => InFolder(folder =>
    {
        _ = Layout.In(folder);

        File.GetUnixFileMode(Path.Combine(folder, "installation.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    });

    [Fact]
    public void A_service_is_told_its_own_database_and_nobody_elses() => InFolder(folder =>
    {
        var layout = Layout.In(folder);
        var environment = layout.EnvironmentOf(Layout.Services.Single(service => service.Name is "data-readiness"));

        environment["ConnectionStrings__store"]!.ShouldContain("Database=data_readiness;Username=data_readiness;");
        environment.Values.ShouldNotContain(value => value != null && value.Contains(layout.Password("costs")));
    });

    [Fact]
    public void Services_on_the_bus_share_a_key_that_stays_the_same_and_nobody_else_is_told() => InFolder(folder =>
    {
        var layout = Layout.In(folder);
        var told = Layout.Services.Where(service => layout.EnvironmentOf(service).GetValueOrDefault("Messages__Key") == layout.MessagesKey);

        Convert.FromBase64String(layout.MessagesKey).Length.ShouldBe(32);
        Layout.In(folder).MessagesKey.ShouldBe(layout.MessagesKey);
        told.Select(service => service.Name).ShouldBe(["intake", "data-readiness", "costs", "strategy", "compliance", "audit"]);
    });

    [Fact]
    public void Every_service_can_find_every_other() => InFolder(folder =>
    {
        var layout = Layout.In(folder);

        foreach (var service in Layout.Services)
        {
            layout.EnvironmentOf(service).Keys.Count(name => name.StartsWith("services__", StringComparison.Ordinal))
                .ShouldBe(Layout.Services.Count);
        }
    });

    private static void InFolder(Action<string> test)
    {
        var folder = Folders.Temporary();

        try
        {
            test(folder);
        }
        finally
        {
            Folders.Delete(folder);
        }
    }
}
