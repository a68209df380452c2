using System.Diagnostics;

namespace Governance.Local;

/// <summary>
/// The whole platform on this machine: PostgreSQL, RabbitMQ and every service, started together, stopped in the reverse order
/// and, while <see cref="KeepRunningAsync"/> runs, started again when one ends.
/// </summary>
public sealed class Supervisor : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250), LongestPause = TimeSpan.FromSeconds(15);

    private const int AttemptsAtStart = 3;

    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(30);

    private readonly Layout _layout;
    private readonly Action<string> _say;
    private readonly ProcessRegister _register;

    /// <param name="engine">Runs PostgreSQL and RabbitMQ in containers; without one they are processes of this machine.</param>
    public Supervisor(Layout layout, Action<string>? say = null, Engine? engine = null)
        : this(layout, say, register => PostgresFor(layout, engine, register), register => RabbitMqFor(layout, engine, register))
    {
    }

    /// <summary>On servers of somebody else, who also gives them the layout's ports and passwords.</summary>
    public Supervisor(Layout layout, IPostgres postgres, IRabbitMq rabbitMq)
        : this(layout, say: null, _ => postgres, _ => rabbitMq)
    {
    }

    private Supervisor(Layout layout, Action<string>? say, Func<ProcessRegister, IPostgres> postgres, Func<ProcessRegister, IRabbitMq> rabbitMq)
    {
        _layout = layout;
        _say = say ?? (_ => { });
        _register = ProcessRegister.Open(layout.Run);
        Postgres = postgres(_register);
        RabbitMq = rabbitMq(_register);
        Services = Layout.Services.ToDictionary(service => service.Name, service => new ServiceProcess(layout, service, _register));
    }

    public IPostgres Postgres { get; }

    public IRabbitMq RabbitMq { get; }

    public IReadOnlyDictionary<string, ServiceProcess> Services { get; }

    public IEnumerable<IServer> All => [Postgres, RabbitMq, .. Services.Values];

    /// <summary>All that this supervisor started itself.</summary>
    public IEnumerable<ManagedProcess> Processes => All.OfType<ManagedProcess>();

    /// <summary>
    /// Starts everything and returns once all of it is healthy. The services could wait for the broker themselves, but they would
    /// take the processors from it meanwhile, and then be a while late in trying again.
    /// </summary>
    public async Task StartAsync(CancellationToken ct = default)
    {
        foreach (var service in Services.Values)
        {
            service.RequireBuilt();
        }

        using var failure = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var broker = StartOneAsync(RabbitMq, failure.Token);
        var database = StartDatabaseAsync(failure.Token);
        var services = Services.Values.Select(async service =>
        {
            await Task.WhenAll(database, broker);
            await StartOneAsync(service, failure.Token);
        });

        await AllOrFirstFailure([broker, database, .. services], failure);
        await WaitUntilHealthyAsync(ct);
    }

    /// <summary>Starts whatever ends again, after a pause that grows while it keeps ending, until told to stop.</summary>
    public Task KeepRunningAsync(CancellationToken ct) => Task.WhenAll(Processes.Select(process => KeepAsync(process, ct)));

    /// <summary>Services first, so that they can still say goodbye to the broker and the database; then those two.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(Services.Values.Select(service => service.StopAsync()));
        await RabbitMq.StopAsync();
        await Postgres.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _register.Dispose();
    }

    /// <summary>
    /// A service connects to the broker in its own time. One that stays degraded, for instance because an event of an earlier day is
    /// parked, does not keep the platform from starting.
    /// </summary>
    private async Task WaitUntilHealthyAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(SettlesWithin);

        foreach (var service in Services.Values)
        {
            try
            {
                while (!await service.IsHealthyAsync(patience.Token))
                {
                    await Task.Delay(100, patience.Token);
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                _say($"{service.Name} is degraded; ./governance status and its log tell more ({service.LogFile})");
            }
        }
    }

    private static IPostgres PostgresFor(Layout layout, Engine? engine, ProcessRegister register) => engine is null
        ? new LocalPostgres(Path.Combine(layout.Data, "postgres"), register, layout.PostgresPort, layout.Password("postgres"))
        : new ContainerPostgres(
            Path.Combine(layout.Containers, "postgres"), engine, register, layout.PostgresPort, layout.Password("postgres"));

    private static IRabbitMq RabbitMqFor(Layout layout, Engine? engine, ProcessRegister register) => engine is null
        ? new LocalRabbitMq(
            Path.Combine(layout.Data, "rabbitmq"), register, layout.RabbitMqPort, layout.Password("rabbitmq"), layout.ManagementPort,
            layout.Port("rabbitmq-distribution"), layout.Port("epmd"))
        : new ContainerRabbitMq(
            Path.Combine(layout.Containers, "rabbitmq"), engine, register, layout.RabbitMqPort, layout.ManagementPort,
            layout.Password("rabbitmq"));

    private async Task StartDatabaseAsync(CancellationToken ct)
    {
        await StartOneAsync(Postgres, ct);

        foreach (var service in Layout.Services.Where(service => service.HasDatabase))
        {
            await Postgres.CreateDatabaseAsync(service.Database, _layout.Password(service.Name), ct);
        }
    }

    private async Task StartOneAsync(IServer process, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await process.StartAsync(ct);
                _say($"{process.Name,-16} healthy  127.0.0.1:{process.Port,-6} {watch.Elapsed.TotalSeconds,5:0.0} s");

                return;
            }
            catch (ProblemException) when (attempt < AttemptsAtStart && process is ServiceProcess { IsRunning: false } service && File.Exists(service.LogFile))
            {
                await Task.Delay(ShortestPause * attempt, ct);
            }
        }
    }

    private async Task KeepAsync(ManagedProcess process, CancellationToken ct)
    {
        var pause = ShortestPause;

        while (!ct.IsCancellationRequested)
        {
            var healthySince = Stopwatch.StartNew();

            try
            {
                await process.Exited.WaitAsync(ct);
                pause = healthySince.Elapsed > TimeSpan.FromMinutes(1) ? ShortestPause : pause;
                _say($"{process.Name} stopped unexpectedly ({process.Ending}); starting it again (its log: {process.LogFile})");
                await Task.Delay(pause, ct);
                var watch = Stopwatch.StartNew();
                await process.StartAsync(ct);
                _say($"{process.Name} is back after {watch.Elapsed.TotalSeconds:0.0} s");
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is ProblemException or IOException)
            {
                _say(ProblemException.Explain(failure));
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static async Task AllOrFirstFailure(IReadOnlyList<Task> tasks, CancellationTokenSource others)
    {
        var open = tasks.ToList();

        while (open.Count > 0)
        {
            var done = await Task.WhenAny(open);
            open.Remove(done);

            if (!done.IsCompletedSuccessfully)
            {
                await others.CancelAsync();
                await Task.WhenAll(open).ContinueWith(_ => { }, TaskScheduler.Default);
                await done;
            }
        }
    }
}
