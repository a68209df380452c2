using System.Net;
using System.Net.Sockets;

namespace Governance.Local.Tests;

public sealed class PortsTests
{
    private const string Listening =
        "   3: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 918273 1 0000000000000000 100 0 0 10 0";

    private const string Connected =
        "   4: 0100007F:1F90 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000  1000        0 918274 1 0000000000000000 20 4 30 10 -1";

    private const string ListeningOnIPv6 =
        "   0: 00000000000000000000000001000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 55 1 0 100 0 0 10 0";

    [Fact]
    public void The_socket_table_names_port_user_and_socket_of_a_listener() =>
        Ports.Listener.Parse(Listening).ShouldBe(new Ports.Listener(8080, User: 1000, Inode: 918273));

    [Fact]
    public void The_socket_table_of_IPv6_reads_the_same() =>
        Ports.Listener.Parse(ListeningOnIPv6).ShouldBe(new Ports.Listener(8081, User: 0, Inode: 55));

    [Fact]
    public void A_connection_through_a_port_does_not_hold_it() => Ports.Listener.Parse(Connected).ShouldBeNull();

    [Fact]
    public void The_heading_of_the_socket_table_is_no_listener() =>
        Ports.Listener.Parse("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode").ShouldBeNull();

    [Fact]
    public void Where_there_is_no_socket_table_lsof_names_the_holder() =>
        Ports.HolderFromLsof("p4711\ncnode\nf12\n").ShouldBe("node (pid 4711)");

    [Fact]
    public void A_port_somebody_listens_on_is_taken_and_its_holder_has_a_name()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Ports.IsFree(port).ShouldBeFalse();
        Ports.Holder(port).ShouldContain($"(pid {Environment.ProcessId})");
    }

    [Fact]
    public void A_free_port_lies_below_those_the_system_gives_to_outgoing_connections() => Ports.Free().ShouldBeInRange(20_000, 31_999);
}
