using Governance.ServiceDefaults;

namespace Governance.Audit.Sealing;

/// <summary>The services that publish facts, asked within the platform.</summary>
public sealed class Origins(IHttpClientFactory clients, IConfiguration configuration)
{
    internal const string Client = "origins";

    internal const string Own = "audit";

    internal static readonly string[] Names = ["intake", "data-readiness", "costs", "strategy", "compliance", Own];

    public async Task<T> Ask<T>(string origin, string path, CancellationToken ct)
    {
        var address = configuration[$"services:{origin}:http:0"] ?? configuration[$"services:{origin}:https:0"]
            ?? throw new InvalidOperationException($"services:{origin}:http:0 is missing.");

        return await clients.CreateClient(Client).GetFromJsonAsync<T>(new Uri(new Uri(address), path), Json.Tolerant, ct)
            ?? throw new InvalidOperationException($"{origin} says nothing.");
    }

    /// <summary>Why an origin could not be asked.</summary>
    internal static bool IsAway(Exception failure, CancellationToken ct) =>
        failure is HttpRequestException or TaskCanceledException or InvalidOperationException && !ct.IsCancellationRequested;
}
