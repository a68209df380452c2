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
        UseKestrel();
        StartServer();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("urls", "http://127.0.0.1:0");

        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
