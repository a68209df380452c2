using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Contracts;

namespace Governance.ServiceDefaults;

/// <summary>Blanks the members of an event or message that are marked <see cref="PersonalAttribute"/>, and nothing else of it.</summary>
public static class PersonalTexts
{
    /// <summary>What stands in place of a text that is gone.</summary>
    public const string Mask = "[erased]";

    private const string RevisionMember = "revision";

    private static readonly byte[] MaskInJson = JsonSerializer.SerializeToUtf8Bytes(Mask);

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<Member>> Known = new();

    /// <summary>Blanks what an erasure takes of an event or message; false where it takes nothing of it.</summary>
    /// <remarks>What names no revision is about the first.</remarks>
    /// <param name="own">Whether texts that are no part of declared facts are erased.</param>
    public static bool Blank(JsonNode data, Type type, ErasedScope scope, bool own)
    {
        var revision = data is JsonObject members && members[RevisionMember] is JsonValue value && value.TryGetValue(out int number) ? number : 1;

        return Blank(data, type, within: null, (path, isDeclared) => isDeclared ? scope.TakesDeclared(revision, path) : own);
    }

    /// <summary>Whether something was blanked in what is stored.</summary>
    public static bool AreErasedFrom<T>(T stored) => AreErasedFromJson(JsonSerializer.SerializeToUtf8Bytes(stored, Json.Options));

    /// <summary>The same of what is stored as JSON.</summary>
    public static bool AreErasedFromJson(ReadOnlySpan<byte> stored) => stored.IndexOf(MaskInJson) >= 0;

    /// <summary>An event that is about to be stored, without the declared texts that are erased: a late message brings nothing back.</summary>
    internal static object WithoutDeclared(object e, IReadOnlyList<ErasedScope> scopes)
    {
        var (type, changed) = (e.GetType(), false);

        if (scopes.Count == 0 || !HoldsPersonal(type))
        {
            return e;
        }

        var data = JsonSerializer.SerializeToNode(e, type, Json.Options)!;

        foreach (var scope in scopes)
        {
            changed |= Blank(data, type, scope, own: false);
        }

        return changed ? data.Deserialize(type, Json.Tolerant)! : e;
    }

    private static bool Blank(JsonNode? node, Type type, string? within, Func<string, bool, bool> takes)
    {
        var changed = false;

        switch (node)
        {
            case JsonArray items when ItemOf(type) is { } item:
                for (var i = 0; i < items.Count; i++)
                {
                    var at = string.Create(CultureInfo.InvariantCulture, $"{within ?? (item == typeof(ComponentAssessment) ? "/task/components" : null)}/{i}");
                    changed |= Blank(items[i], item, within is null && item != typeof(ComponentAssessment) ? null : at, takes);
                }

                break;

            case JsonObject members:
                var path = type == typeof(UseCaseFacts) ? "" : within;

                foreach (var member in Known.GetOrAdd(type, MembersOf))
                {
                    if (members[member.Name] is not { } value)
                    {
                        continue;
                    }

                    var place = path is null ? null : $"{path}/{member.Name}";

                    if (!member.IsPersonal)
                    {
                        changed |= Blank(value, member.Type, place, takes);
                    }
                    else if (takes(place ?? "", place is not null) && Masked(value) is var masked && !JsonNode.DeepEquals(masked, value))
                    {
                        members[member.Name] = masked;
                        changed = true;
                    }
                }

                break;
        }

        return changed;
    }

    private static JsonNode? Masked(JsonNode? value) => value switch
    {
        JsonArray items => new JsonArray([.. items.Select(Masked)]),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Masked(member.Value)))),
        JsonValue text when text.GetValueKind() is JsonValueKind.String => Mask,
        _ => value?.DeepClone(),
    };

    private static bool HoldsPersonal(Type type) => Known.GetOrAdd(type, MembersOf).Any(member => member.IsPersonal || HoldsPersonal(ItemOf(member.Type) ?? member.Type));

    /// <summary>Only what may hold something personal, so that the rest is never looked into.</summary>
    private static IReadOnlyList<Member> MembersOf(Type type) => type.Namespace?.StartsWith("Governance", StringComparison.Ordinal) is not true || type.IsEnum
        ? []
        :
        [
            .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where property.GetIndexParameters().Length == 0
               let isPersonal = property.IsDefined(typeof(PersonalAttribute))
               let item = ItemOf(property.PropertyType) ?? property.PropertyType
               where isPersonal || (item.IsClass && item.Namespace?.StartsWith("Governance", StringComparison.Ordinal) is true && item != type)
               select new Member(JsonNamingPolicy.CamelCase.ConvertName(property.Name), property.PropertyType, isPersonal),
        ];

    private static Type? ItemOf(Type type) => type != typeof(string) && type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) && type.GetGenericArguments() is [var item]
        ? item
        : null;

    private sealed record Member(string Name, Type Type, bool IsPersonal);
}
