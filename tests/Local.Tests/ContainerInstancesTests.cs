using Npgsql;

namespace Governance.Local.Tests;

/// <summary>The same in containers, where an engine answers and the image is there or can be fetched.</summary>
public sealed class ContainerInstancesTests : IAsyncLifetime
{
    private Engine _engine = null!;
    private string _folder = "";
    private ProcessRegister _register = null!;
    private ContainerPostgres _postgres = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var engine = Engine.Find();
        Assert.SkipWhen(engine is null, "No container engine answers.");
        _engine = engine;

        try
        {
            _engine.Pull(Images.Postgres, _ => { });
        }
        catch (ProblemException noRegistry)
        {
            Assert.Skip(noRegistry.Message);
        }

        _folder = Folders.Temporary();
        _register = ProcessRegister.Open(Path.Combine(_folder, "run"));
        _postgres = new(Path.Combine(_folder, "postgres"), _engine, _register, Ports.Free(), "secret");
        await _postgres.StartAsync(Token);
    }

    [Fact]
    public async Task What_PostgreSQL_has_committed_outlives_a_kill_of_its_container()
    {
        await _postgres.CreateDatabaseAsync("costs", "first", Token);
        await ExecuteAsync("create table price (amount numeric); insert into price values (42)");

        _postgres.Kill();
        _postgres.IsRunning.ShouldBeFalse();
        Containers().ShouldNotContain(_postgres.ContainerName);
        await _postgres.StartAsync(Token);

        (await ExecuteAsync("select amount from price")).ShouldBe(42m);
    }

    [Fact]
    public async Task A_container_does_not_outlive_the_client_that_started_it()
    {
        Posix.Signal(_postgres.Id!.Value, Posix.Kill);

        await _postgres.Exited.WaitAsync(Token);

        Containers().ShouldNotContain(_postgres.ContainerName);
    }

    [Fact]
    public void A_container_whose_supervisor_and_client_were_killed_is_removed_with_the_register()
    {
        var register = Path.Combine(_folder, "run", "1-left.processes");
        File.WriteAllText(register, $"{new ProcessRegister.Entry(3, int.MaxValue, "INT", 5, "gone", "postgres", $"{_engine.Program} {_postgres.ContainerName}")}\n");

        ProcessRegister.StopLeftovers(Path.Combine(_folder, "run"));

        Containers().ShouldNotContain(_postgres.ContainerName);
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
            _register.Dispose();
            _engine.Empty(_folder, Images.Postgres);
            Folders.Delete(_folder);
        }
    }

    private string Containers() => Shell.Run(_engine.Program, ["ps", "--all", "--format", "{{.Names}}"]).Output;

    private async Task<object?> ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_postgres.ConnectionStringFor("costs", "costs", "first"));
        await using var command = source.CreateCommand(sql);

        return await command.ExecuteScalarAsync(Token);
    }
}
