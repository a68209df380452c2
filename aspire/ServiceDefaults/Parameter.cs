namespace Governance.ServiceDefaults;

/// <summary>Reads the free text of an address as strictly as <see cref="RequestBody"/> reads that of a body.</summary>
public static class Parameter
{
    private const int LongestText = 200;

    /// <exception cref="InvalidRequestException">The text is too long, or has characters nobody searches for.</exception>
    public static string? Text(string name, string? value) => value switch
    {
        { Length: > LongestText } => throw new InvalidRequestException(name, $"is longer than {LongestText} characters."),
        not null when value.Any(char.IsControl) => throw new InvalidRequestException(name, "contains a control character; remove it."),
        _ => value,
    };
}
