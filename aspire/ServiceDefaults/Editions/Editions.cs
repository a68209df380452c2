using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Governance.ServiceDefaults;

/// <summary>
/// The versions of one kind of data: those that ship with the service, and those published since. Every process looks for new ones
/// more often than the notice a publication gives, so that all decide under the same version.
/// </summary>
/// <param name="kind">What it is called in the audit trail, such as <c>strategy-policy</c>.</param>
/// <param name="check">Names what is wrong with a draft beyond its shape, by JSON path.</param>
public sealed class Editions<T>(
    string kind, VersionedData<T> shipped, Func<T, IEnumerable<FieldError>> check, IDocumentStore store, TimeProvider clock, ILogger<Editions<T>> log)
    : BackgroundService, IEditions
    where T : IVersionedData
{
    private static readonly TimeSpan LookEvery = EffectiveMoment.Notice / 4;

    private readonly SemaphoreSlim looking = new(1);
    private volatile Known known = new(shipped, new(), Position: 0, At: DateTimeOffset.MinValue);

    public Guid Stream { get; } = Catalogue.IdOf(kind);

    /// <summary>The versions that ship with the service.</summary>
    public IReadOnlyList<Versioned<T>> BuiltIn => shipped.All;

    public IReadOnlyList<Shipped> Shipped { get; } = [.. shipped.All.Select(v => new Shipped(v.Version, v.Content.EffectiveFrom))];

    /// <summary>What was known when last looked; enough to find a version that something recorded rests on.</summary>
    public VersionedData<T> Latest => known.Versions;

    /// <summary>Everything that can be in force by now. Waits for a database that is away.</summary>
    public async ValueTask<VersionedData<T>> Current(CancellationToken ct)
    {
        while (clock.GetUtcNow() - known.At >= EffectiveMoment.Notice)
        {
            try
            {
                await Refresh(ct);
            }
            catch (Exception e) when (Faults.IsInfrastructure(e))
            {
                await Task.Delay(LookEvery, clock, ct);
            }
        }

        return known.Versions;
    }

    public async Task<Catalogue> Read(CancellationToken ct)
    {
        await using var session = store.QuerySession();

        return await session.Events.AggregateStreamAsync<Catalogue>(Stream, token: ct) ?? new();
    }

    /// <summary>A version in whatever state: shipped, published or draft.</summary>
    /// <exception cref="NotFoundException">There is no such version.</exception>
    public async Task<Versioned<T>> Find(string version, CancellationToken ct) =>
        shipped.All.FirstOrDefault(v => v.Version == version) ?? VersionedData.Parse<T>((await Read(ct)).Find(version).Content);

    /// <exception cref="InvalidRequestException">The content breaks a rule; every member concerned is named.</exception>
    public void Require(T content)
    {
        List<FieldError> errors = [.. check(content).Take(RequestBody.MostErrors)];

        if (errors.Count > 0)
        {
            throw new InvalidRequestException(errors);
        }
    }

    public async Task Refresh(CancellationToken ct)
    {
        await looking.WaitAsync(ct);

        try
        {
            var (versions, catalogue, position, _) = known;
            var at = clock.GetUtcNow();
            await using var session = store.QuerySession();

            foreach (var e in await session.Events.FetchStreamAsync(Stream, fromVersion: position + 1, token: ct))
            {
                switch (e.Data)
                {
                    case DraftSaved draft:
                        catalogue = catalogue.Apply(draft);
                        break;
                    case DraftDiscarded discarded:
                        catalogue = catalogue.Apply(discarded);
                        break;
                    case EditionPublished published:
                        catalogue = catalogue.Apply(published);
                        versions = versions.With(VersionedData.Parse<T>(catalogue.Find(published.Version).Content));
                        break;
                }

                position = e.Version;
            }

            known = new(versions, catalogue, position, at);
        }
        finally
        {
            looking.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            try
            {
                await Refresh(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("New versions of {Kind} cannot be looked for: {Reason}", kind, e.Message);
            }
        }
    }

    private sealed record Known(VersionedData<T> Versions, Catalogue Catalogue, long Position, DateTimeOffset At);
}

/// <summary>Published data that must be known before a service begins to work.</summary>
internal interface IEditions
{
    Task Refresh(CancellationToken ct);
}

public static class EditionsRegistration
{
    /// <summary>Lets administrators draft and publish further versions of what ships with the service.</summary>
    public static void AddEditions<T>(
        this WebApplicationBuilder builder, string kind, VersionedData<T> shipped, Func<T, IEnumerable<FieldError>> check)
        where T : IVersionedData
    {
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<Editions<T>>(services, kind, shipped, check));
        builder.Services.AddSingleton<IEditions>(services => services.GetRequiredService<Editions<T>>());
        builder.Services.AddHostedService(services => services.GetRequiredService<Editions<T>>());
        builder.Services.ConfigureMarten(options => options.Projections.LiveStreamAggregation<Catalogue>());
    }
}
