using System.Text.Json;

namespace Governance.ServiceDefaults;

/// <summary>Reads a value of a list from a query, under the same name it has in JSON and under no other.</summary>
public static class Choice
{
    /// <exception cref="InvalidRequestException">There is no value of that name.</exception>
    public static T? Of<T>(string parameter, string? name) where T : struct, Enum
    {
        if (name is null)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (NameOf(value) == name)
            {
                return value;
            }
        }

        throw new InvalidRequestException(parameter, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(NameOf))}.");
    }

    public static string NameOf<T>(T value) where T : Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
