namespace Governance.Local;

/// <summary>One service of the platform as its own process, healthy when it says so.</summary>
public sealed class ServiceProcess(Layout layout, Service service, ProcessRegister register)
    : ManagedProcess(service.Name, Path.Combine(layout.Logs, $"{service.Name}.log"), register)
{
    public const string Healthy = "healthy", Degraded = "degraded";

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    private string _health = "silent";

    public override int Port => layout.Port(service.Name);

    private string Assembly => layout.Assembly(service);

    public Uri Address => new($"http://{(service.IsPublic ? "localhost" : "127.0.0.1")}:{Port}");

    /// <summary>A service that waits for the broker is degraded, but does what it can.</summary>
    public override async Task<bool> AnswersAsync(CancellationToken ct = default) =>
        (_health = await HealthAsync(Port, ct)) is Healthy or Degraded;

    internal async Task<bool> IsHealthyAsync(CancellationToken ct) => await HealthAsync(Port, ct) is Healthy;

    protected override string Symptom => _health;

    internal static async Task<string> HealthAsync(int port, CancellationToken ct = default)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{port}/health"), ct);

            return !answer.IsSuccessStatusCode ? $"unhealthy ({(int)answer.StatusCode})"
                : SaysDegraded(await answer.Content.ReadAsStringAsync(ct)) ? Degraded
                : Healthy;
        }
        catch (HttpRequestException)
        {
            return "silent";
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return "too slow";
        }
    }

    /// <summary>The answer is one word, or an object that begins with it.</summary>
    internal static bool SaysDegraded(string answer) =>
        answer.StartsWith("Degraded", StringComparison.Ordinal) || answer.StartsWith("{\"status\":\"Degraded\"", StringComparison.Ordinal);

    internal void RequireBuilt()
    {
        if (!File.Exists(Assembly))
        {
            throw new ProblemException(
                $"{Name} has not been built: {Assembly} is missing.", "Delete .governance/built and run ./governance up again, which builds it.");
        }
    }

    protected override Task<Launch> PrepareAsync(CancellationToken ct)
    {
        RequireBuilt();

        // The project's folder, as with `dotnet run`: settings and web files are found there.
        var project = Path.Combine(layout.Root, "src", service.Project);

        return Task.FromResult(new Launch(
            Tools.Dotnet, [Assembly], layout.EnvironmentOf(service), Directory.Exists(project) ? project : layout.Root));
    }
}
