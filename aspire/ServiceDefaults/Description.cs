using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Governance.ServiceDefaults;

/// <summary>What the OpenAPI document of a service says beyond its shapes, in the words the code itself uses.</summary>
internal static partial class Description
{
    private const string Bearer = "bearer";

    private const string Manners =
        "Every request carries an access token of the realm. A write may carry an `Idempotency-Key`, under which it is done once; a change "
        + "to what exists names the `ETag` it is based on in `If-Match`. Refusals are problem details (RFC 9457).";

    public static void Of(OpenApiOptions openApi, string service)
    {
        openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = $"Governance: {service}", Version = "v1", Description = Manners };
            document.Tags = document.Paths.Values
                .SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
                .SelectMany(operation => operation.Tags ?? Enumerable.Empty<OpenApiTagReference>())
                .Select(tag => tag.Reference.Id!).Distinct(StringComparer.Ordinal)
                .Select(name => new OpenApiTag { Name = name }).ToHashSet();
            document.AddComponent<IOpenApiSecurityScheme>(
                Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, BearerFormat = "JWT" });
            document.Security = [new() { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];

            return Task.CompletedTask;
        });
        openApi.AddOperationTransformer((operation, context, _) =>
        {
            // A use case is a type named by its verb, so its name is the summary: SubmitUseCase, "Submit use case".
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().FirstOrDefault()?.DeclaringType is { } useCase)
            {
                operation.Summary ??= Sentence(useCase.Name);
            }

            operation.Tags = new HashSet<OpenApiTagReference> { new(Topic(context.Description.RelativePath ?? ""), context.Document) };

            return Task.CompletedTask;
        });
    }

    internal static string Sentence(string name) =>
        Capitals().Replace(name, word => word.Index == 0 ? word.Value : $" {word.Value.ToLower(CultureInfo.InvariantCulture)}");

    /// <summary>The collection an address leads into: "api/use-cases/{id}" is about use cases.</summary>
    private static string Topic(string path) =>
        path.Split('/') is ["api", { Length: > 0 } collection, ..]
            ? $"{char.ToUpper(collection[0], CultureInfo.InvariantCulture)}{collection[1..].Replace('-', ' ')}"
            : "Other";

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capitals();
}
