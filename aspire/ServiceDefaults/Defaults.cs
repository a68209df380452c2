using System.Text.Json.Nodes;
using MassTransit.Logging;
using MassTransit.Monitoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Governance.ServiceDefaults;

/// <summary>What every service gets: telemetry, health, problem details, limits, sign-in and OpenAPI.</summary>
public static class Defaults
{
    public static void AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton(new ServiceIdentity(service));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.ConfigureHttpJsonOptions(json => Json.Apply(json.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<Problems>();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddHealthChecks();
        builder.Services.Configure<KestrelServerOptions>(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = RequestBody.MaxBytes * 4;
            server.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.AddOpenApi(openApi => Description.Of(openApi, service));
        builder.AddKeycloakAuthentication();
        builder.AddRateLimits();
        builder.AddTelemetry(service);
    }

    public static void MapDefaultEndpoints(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(page => Problems.Write(page.HttpContext, page.HttpContext.Response.StatusCode));
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();

        app.MapHealthChecks("/health", new() { ResponseWriter = WriteHealth }).AllowAnonymous().DisableRateLimiting();
        app.MapHealthChecks("/alive", new() { Predicate = _ => false }).AllowAnonymous().DisableRateLimiting();
        app.MapOpenApi().AllowAnonymous();

        if (app.Services.GetService<Decisions>() is not null)
        {
            app.MapGet("/internal/flow", Flow.Handle).AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
            app.MapGet("/internal/read-models", ReadModels.Handle).AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
            app.MapGet("/internal/announced", AnnouncedStream.Handle).AllowAnonymous().DisableRateLimiting().ExcludeFromDescription();
        }
    }

    /// <summary>
    /// Traces, metrics and logs, exported by OTLP where an endpoint is configured. Every trace is kept unless configured otherwise:
    /// a caller who does not sample must not cut the trace of a decision in two.
    /// </summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        builder.Logging
            .AddFilter("Marten", LogLevel.None)
            .AddFilter("Npgsql", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(service, "governance"))
            .WithTracing(tracing => (builder.Configuration["OTEL_TRACES_SAMPLER"] is null ? tracing.SetSampler(new AlwaysOnSampler()) : tracing)
                .AddAspNetCoreInstrumentation(http => http.Filter = context => !IsProbe(context.Request.Path))
                .AddHttpClientInstrumentation()
                .AddSource(DiagnosticHeaders.DefaultListenerName, Outbox.ActivitySourceName))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(InstrumentationOptions.MeterName, "Npgsql"));

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            builder.Logging.AddOpenTelemetry(logging =>
            {
                logging.IncludeFormattedMessage = true;
                logging.IncludeScopes = true;
            });
            telemetry.WithTracing(tracing => tracing.AddSource("Npgsql")).UseOtlpExporter();
        }
    }

    private static bool IsProbe(PathString path) => path == "/health" || path == "/alive" || path.StartsWithSegments("/internal");

    /// <summary>Anybody may ask, so what is told are our own words; the texts of failures name hosts and users and stay in the log.</summary>
    private static Task WriteHealth(HttpContext http, HealthReport report)
    {
        var checks = new JsonObject(report.Entries.Select(entry => KeyValuePair.Create(
            entry.Key,
            (JsonNode?)new JsonObject
            {
                ["status"] = entry.Value.Status.ToString(),
                ["detail"] = entry.Key is StoreHealth.Name or OutboxHealth.Name && entry.Value.Exception is null ? entry.Value.Description : null,
            })));

        return http.Response.WriteAsJsonAsync(new JsonObject { ["status"] = report.Status.ToString(), ["checks"] = checks });
    }
}
