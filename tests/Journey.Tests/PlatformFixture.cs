using Governance.Journey.Tests;
using Governance.Platform;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(PlatformFixture))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Governance.Journey.Tests;

/// <summary>One running platform for all journeys.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    public RunningPlatform Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Platform = await RunningPlatform.StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync() => await Platform.DisposeAsync();
}
