using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace Governance.Portal;

/// <summary>Carries <c>/api</c> to the services, which serve the same paths. A path that is not listed here leads nowhere.</summary>
internal static class Proxy
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private const string ReceiptKeys = "/api/decisions/keys";
    private const string ImportOfPrices = "/api/price-books/import";

    /// <summary>The community's list of prices is larger than anything else a person sends.</summary>
    private const long LargestImport = 8 * 1024 * 1024;

    private static readonly (string Path, string Service)[] Routes =
    [
        ("/api/use-cases/{**rest}", "intake"),
        ("/api/use-cases/{id}/readiness/{**rest}", "data-readiness"),
        ("/api/use-cases/{id}/forecast/{**rest}", "costs"),
        ("/api/use-cases/{id}/assessment/{**rest}", "strategy"),
        ("/api/forecasts/{**rest}", "costs"),
        ("/api/price-books/{**rest}", "costs"),
        (ImportOfPrices, "costs"),
        ("/api/dashboard/{**rest}", "costs"),
        ("/api/readiness/{**rest}", "data-readiness"),
        ("/api/assessments/{**rest}", "strategy"),
        ("/api/policies/{**rest}", "strategy"),
        ("/api/reviews/{**rest}", "compliance"),
        ("/api/decisions/{**rest}", "compliance"),
        (ReceiptKeys, "compliance"),
        ("/api/delegations/{**rest}", "compliance"),
        ("/api/reviewers/{**rest}", "compliance"),
        ("/api/policy-packs/{**rest}", "compliance"),
        ("/api/notifications/{**rest}", "compliance"),
        ("/api/audit/{**rest}", "audit"),
    ];

    public static void AddProxy(this WebApplicationBuilder builder)
    {
        var services = Service.From(builder.Configuration);

        builder.Services.AddReverseProxy()
            .LoadFromMemory([.. Routes.Select(RouteTo), .. services.Select(RouteToOpenApi)], [.. services.Select(Cluster)])
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = ConnectTimeout);
    }

    public static void MapProxy(this WebApplication app) => app.MapReverseProxy(proxy => proxy.Use(async (http, next) =>
    {
        await next(http);

        if (http.GetForwarderErrorFeature() is { } failure && !http.Response.HasStarted)
        {
            await Explain(http, failure);
        }
    }));

    private static RouteConfig RouteTo((string Path, string Service) route) => new RouteConfig
    {
        RouteId = route.Path,
        ClusterId = route.Service,
        AuthorizationPolicy = route.Path is ReceiptKeys ? "Anonymous" : "Default",
        Match = new() { Path = route.Path },
        MaxRequestBodySize = route.Path is ImportOfPrices ? LargestImport : null,
    }
    .Discreet();

    private static RouteConfig RouteToOpenApi(Service service) => new RouteConfig
    {
        RouteId = $"{ApiDocs.Path(service.Name)}",
        ClusterId = service.Name,
        AuthorizationPolicy = "Anonymous",
        Match = new() { Path = ApiDocs.Path(service.Name), Methods = [HttpMethods.Get] },
    }
    .WithTransformPathSet("/openapi/v1.json")
    .Discreet();

    /// <summary>Services see the host the caller used, for the links they make; what only concerns browser and portal stays there.</summary>
    private static RouteConfig Discreet(this RouteConfig route) => route
        .WithTransformUseOriginalHostHeader()
        .WithTransformRequestHeaderRemove("Cookie")
        .WithTransformResponseHeaderRemove("Server", ResponseCondition.Always)
        .WithTransformResponseHeaderRemove("Set-Cookie", ResponseCondition.Always);

    private static ClusterConfig Cluster(Service service) => new()
    {
        ClusterId = service.Name,
        HttpRequest = new() { ActivityTimeout = AnswerTimeout },
        Destinations = service.Address is { } address
            ? new Dictionary<string, DestinationConfig> { [service.Name] = new() { Address = address.AbsoluteUri } }
            : null,
    };

    private static Task Explain(HttpContext http, IForwarderErrorFeature failure)
    {
        var service = http.GetReverseProxyFeature().Cluster.Config.ClusterId;

        switch (failure.Error)
        {
            case ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled:
                return Task.CompletedTask;
            case ForwarderError.RequestBodyClient when IsTooLarge(failure.Exception):
                return Problem(http, StatusCodes.Status413PayloadTooLarge, "The request is too large.", "A body may have up to 1 MiB.");
            case ForwarderError.RequestBodyClient:
                return Problem(http, StatusCodes.Status400BadRequest, "The request cannot be read.", "Its body broke off.");
            case ForwarderError.RequestTimedOut:
                return Problem(http, StatusCodes.Status504GatewayTimeout, $"The service {service} did not answer in time.",
                    "It may have carried the request out; repeat it with the same Idempotency-Key.");
            default:
                http.Response.Headers.RetryAfter = "2";

                return Problem(http, StatusCodes.Status503ServiceUnavailable, $"The service {service} is not available right now.",
                    "Try again shortly, with the same Idempotency-Key.");
        }
    }

    private static bool IsTooLarge(Exception? failure) =>
        failure is AggregateException { InnerException: { } first }
            ? IsTooLarge(first)
            : failure is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge };

    private static Task Problem(HttpContext http, int status, string title, string detail) =>
        TypedResults.Problem(statusCode: status, title: title, detail: detail).ExecuteAsync(http);
}
