using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Governance.Audit.Tests;

/// <summary>A server that stands in for somebody Audit asks, on a port nobody else has once it has started.</summary>
internal static class StandIn
{
    public static WebApplication Create()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");

        return app;
    }
}
