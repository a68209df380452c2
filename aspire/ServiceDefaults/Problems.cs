using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace Governance.ServiceDefaults;

/// <summary>Turns every refusal into problem details (RFC 9457). Nothing of the request is echoed, nothing of the inside is shown.</summary>
internal sealed partial class Problems(ILogger<Problems> log) : IExceptionHandler
{
    /// <summary>Those of parameters in a query, as the framework calls them.</summary>
    private static readonly (string Name, Type Type)[] ParameterTypes =
    [
        ("bool", typeof(bool)),
        ("int", typeof(int)),
        ("long", typeof(long)),
        (nameof(Guid), typeof(Guid)),
        (nameof(DateOnly), typeof(DateOnly)),
        (nameof(DateTimeOffset), typeof(DateTimeOffset)),
    ];

    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken ct)
    {
        if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;

            return true;
        }

        var problem = Describe(exception);
        http.Response.StatusCode = problem.Status!.Value;

        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            http.Response.Headers.RetryAfter = "2";
            log.LogWarning("{Method} {Path} could not be served: {Reason}", http.Request.Method, http.Request.Path, exception.Message);
        }
        else if (problem.Status >= 500 || exception is NotReproducibleException and not UnknownEngineException)
        {
            log.LogError(exception, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
        }

        await Write(http, problem);

        return true;
    }

    /// <summary>Answers what the framework has refused with nothing but a status.</summary>
    public static Task Write(HttpContext http, int status) => Write(http, status switch
    {
        StatusCodes.Status415UnsupportedMediaType => new HttpValidationProblem(new InvalidRequestException("Content-Type", "Send application/json.", status)),
        _ => new ProblemDetails { Status = status },
    });

    /// <summary>Unlike the problem details service itself, this answers also a caller who accepts something else only.</summary>
    private static Task Write(HttpContext http, ProblemDetails problem) => TypedResults.Problem(problem).ExecuteAsync(http);

    private static ProblemDetails Describe(Exception exception) => exception switch
    {
        InvalidRequestException e => new HttpValidationProblem(e),
        RuleViolationException e => Problem(StatusCodes.Status409Conflict, "The rules do not allow this.", e.Message),
        NotReproducibleException e => Problem(StatusCodes.Status409Conflict, "The decision cannot be made again here.", e.Message),
        NotAllowedException e => Problem(StatusCodes.Status403Forbidden, "You may not do this.", e.Message),
        NotFoundException e => Problem(StatusCodes.Status404NotFound, "Not found.", e.Message),
        StaleException e => Problem(StatusCodes.Status412PreconditionFailed, "The resource has changed.", e.Message),
        PreconditionMissingException e => Problem(StatusCodes.Status428PreconditionRequired, "If-Match is required.", e.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } e =>
            new HttpValidationProblem(new InvalidRequestException("$", $"The body is larger than {RequestBody.MaxBytes / 1024} KiB.", e.StatusCode)),
        BadHttpRequestException e when UnreadableParameter().Match(e.Message) is { Success: true } found =>
            new HttpValidationProblem(new InvalidRequestException(JsonNamingPolicy.CamelCase.ConvertName(found.Groups["name"].Value), Remedy(found), e.StatusCode)),
        BadHttpRequestException e => Problem(e.StatusCode, "The request cannot be read.", e.Message),
        _ when Faults.IsConflict(exception) =>
            Problem(StatusCodes.Status409Conflict, "Somebody else changed this at the same moment.", "Read it again and repeat the change."),
        _ when Faults.IsInfrastructure(exception) =>
            Problem(StatusCodes.Status503ServiceUnavailable, "The service is not available right now.", "Nothing may have been stored; try again with the same Idempotency-Key."),
        _ => Problem(StatusCodes.Status500InternalServerError, "Something went wrong on our side.", "The operator finds the details in the log under the trace id."),
    };

    private static ProblemDetails Problem(int status, string title, string detail) =>
        new() { Status = status, Title = title, Detail = detail };

    private static string Remedy(Match parameter)
    {
        var type = Array.Find(ParameterTypes, type => parameter.Groups["type"].Value.Contains(type.Name, StringComparison.Ordinal)).Type ?? typeof(string);
        var must = parameter.Groups["missing"].Success ? "is required: it must be" : "must be";

        return $"{must} {RequestBody.Expected(type)}.";
    }

    /// <summary>The framework's words, which repeat the value; only the name may go out.</summary>
    [GeneratedRegex("(?<missing>Required )?parameter \"(?:(?<type>\\S+) )*(?<name>\\w+)\"")]
    private static partial Regex UnreadableParameter();

    /// <summary>One entry per wrong member.</summary>
    private sealed class HttpValidationProblem : ProblemDetails
    {
        public HttpValidationProblem(InvalidRequestException e)
        {
            Status = e.Status;
            Title = "The request is not valid; nothing was stored.";
            Detail = e.Errors.Count == 1 ? $"{e.Errors[0].Field}: {e.Errors[0].Message}" : $"{e.Errors.Count} members need attention.";
            Extensions["errors"] = e.Errors.GroupBy(x => x.Field).ToDictionary(g => g.Key, g => g.Select(x => x.Message).ToArray());
        }
    }
}
