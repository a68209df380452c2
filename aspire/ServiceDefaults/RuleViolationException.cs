namespace Governance.ServiceDefaults;

/// <summary>A command that is well formed but against the rules: answered with 409 and the reason.</summary>
public sealed class RuleViolationException(string reason) : Exception(reason);

/// <summary>A caller who may sign in, but not do this: answered with 403 and the reason.</summary>
public sealed class NotAllowedException(string reason) : Exception(reason);

/// <summary>Something that does not exist, or that the caller must not know of: answered with 404.</summary>
public sealed class NotFoundException(string what) : Exception(what);

/// <summary>An update based on a state that is no longer current: answered with 412.</summary>
public sealed class StaleException(string currentETag) : Exception($"The resource has changed; its ETag is now {currentETag}. Read it again and repeat the change.");

/// <summary>An update that does not say which state it is based on: answered with 428.</summary>
public sealed class PreconditionMissingException() : Exception("Send the resource's ETag in If-Match.");

/// <summary>A body or parameter that cannot be read: answered with 400, or the given status, naming each member and its remedy.</summary>
public sealed class InvalidRequestException(IReadOnlyList<FieldError> errors, int status = 400)
    : Exception(string.Join(" ", errors.Select(e => $"{e.Field}: {e.Message}")))
{
    public InvalidRequestException(string field, string message, int status = 400) : this([new(field, message)], status)
    {
    }

    public IReadOnlyList<FieldError> Errors => errors;

    public int Status => status;
}

/// <summary>What is wrong with one member, addressed by its JSON path, and what would be right.</summary>
public sealed record FieldError(string Field, string Message);
