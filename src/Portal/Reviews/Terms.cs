using System.Text.Json;
using Governance.ServiceDefaults;

namespace Governance.Portal.Reviews;

/// <summary>A condition while it is being written.</summary>
public sealed class Terms
{
    public string Text { get; set; } = "";

    public string Owner { get; set; } = "";

    public DateOnly? Due { get; set; }

    public string Evidence { get; set; } = "";

    public bool IsEmpty => string.IsNullOrWhiteSpace(Text);

    /// <summary>As the API takes it: due at the end of the day, and nothing that was left empty.</summary>
    public object ToInput() => new
    {
        text = Text.Trim(),
        owner = Owner is "" ? null : Owner,
        dueAt = Due is { } day ? new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59)), TimeSpan.Zero) : (DateTimeOffset?)null,
        evidence = string.IsNullOrWhiteSpace(Evidence) ? null : Evidence.Trim(),
    };
}

/// <summary>A decision while it is being written, as the browser keeps it.</summary>
internal sealed record Ruling(string Decision, string? Reason, IReadOnlyList<Terms> Terms)
{
    public static Ruling? Read(string kept)
    {
        try
        {
            return JsonSerializer.Deserialize<Ruling>(kept, Json.Tolerant);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
