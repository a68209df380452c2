using System.Net.Sockets;
using JasperFx;
using Npgsql;

namespace Governance.ServiceDefaults.Tests;

public sealed class FaultsTests
{
    [Theory]
    [InlineData("08006")] // connection failure
    [InlineData("53300")] // too many connections
    [InlineData("53100")] // disk full
    [InlineData("57P01")] // admin shutdown
    [InlineData("57P03")] // cannot connect now
    [InlineData("57014")] // query cancelled
    [InlineData("58030")] // I/O error
    [InlineData("25006")] // read-only: the primary has moved
    public void A_database_that_is_away_is_waited_for(string state)
    {
        Faults.IsInfrastructure(Postgres(state)).ShouldBeTrue();
        Faults.IsConflict(Postgres(state)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("23505")] // unique violation
    [InlineData("40001")] // serialization failure
    [InlineData("40P01")] // deadlock
    public void Writers_that_met_try_again(string state)
    {
        Faults.IsConflict(Postgres(state)).ShouldBeTrue();
        Faults.IsInfrastructure(Postgres(state)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("22P05")] // untranslatable character
    [InlineData("22003")] // out of range
    [InlineData("23502")] // null where none may be
    [InlineData("42601")] // syntax error
    [InlineData("42501")] // no privilege
    public void What_the_database_refuses_for_good_is_no_reason_to_wait(string state)
    {
        Faults.IsInfrastructure(Postgres(state)).ShouldBeFalse();
        Faults.IsConflict(Postgres(state)).ShouldBeFalse();
    }

    [Fact]
    public void A_broken_line_is_waited_for()
    {
        Faults.IsInfrastructure(new NpgsqlException("Exception while reading from stream", new IOException())).ShouldBeTrue();
        Faults.IsInfrastructure(new SocketException((int)SocketError.ConnectionRefused)).ShouldBeTrue();
        Faults.IsInfrastructure(new TimeoutException()).ShouldBeTrue();
    }

    [Fact]
    public void The_cause_counts_wherever_it_is_wrapped()
    {
        Faults.IsInfrastructure(new InvalidOperationException("outer", Postgres("57P01"))).ShouldBeTrue();
        Faults.IsInfrastructure(new AggregateException(new ArgumentException("first"), Postgres("57P01"))).ShouldBeTrue();
        Faults.IsConflict(new AggregateException(new InvalidOperationException("outer", new ConcurrencyException("late", null)))).ShouldBeTrue();
    }

    [Fact]
    public void A_mistake_of_ours_is_neither()
    {
        foreach (var mistake in (Exception[])[new ArgumentException("x"), new RuleViolationException("x"), new ContractViolationException("x"), new InvalidOperationException("x")])
        {
            Faults.IsInfrastructure(mistake).ShouldBeFalse();
            Faults.IsConflict(mistake).ShouldBeFalse();
        }
    }

    private static PostgresException Postgres(string state) => new("message", "ERROR", "ERROR", state);
}
