using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Governance.Portal.Tests;

/// <summary>The portal as it is, on a port of its own.</summary>
internal sealed class RunningPortal : WebApplicationFactory<Program>
{
    private readonly IReadOnlyDictionary<string, string> settings;

    public RunningPortal(IReadOnlyDictionary<string, string> settings)
    {
        this.settings = settings;
        UseKestrel(0);
        StartServer();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
