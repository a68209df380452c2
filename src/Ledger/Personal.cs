using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Governance.Ledger;

/// <summary>A personal value beside the ledger, with the salt of the commitment that stands for it in the leaf.</summary>
public sealed record Disclosure(string Path, byte[] Salt, string Value)
{
    public const int SaltSize = 32;

    /// <summary>What the leaf holds in place of the value: without the salt nobody can try out what it may have been.</summary>
    public string Commitment()
    {
        var bytes = new ArrayBufferWriter<byte>();
        CanonicalJson.Raw([0x02], bytes);
        CanonicalJson.Raw("["u8, bytes);
        CanonicalJson.Text(Base64Url.EncodeToString(Salt), bytes);
        CanonicalJson.Raw(","u8, bytes);
        CanonicalJson.Text(Path, bytes);
        CanonicalJson.Raw(","u8, bytes);
        CanonicalJson.Encode(Value, bytes);
        CanonicalJson.Raw("]"u8, bytes);

        return Base64Url.EncodeToString(SHA256.HashData(bytes.WrittenSpan));
    }
}

/// <summary>Which members of a contract are personal. A member nobody has described is taken for personal.</summary>
public sealed record PersonalMembers(bool IsPersonal, IReadOnlyDictionary<string, PersonalMembers>? Members)
{
    public static readonly PersonalMembers None = new(IsPersonal: false, null);

    public static readonly PersonalMembers All = new(IsPersonal: true, null);

    public const string Commitments = "$sd";

    /// <summary>Takes personal values out of a fact and leaves commitments to them.</summary>
    /// <returns>The canonical text that goes into the leaf, and what stays beside it.</returns>
    public (string Data, IReadOnlyList<Disclosure> Disclosures) Split(JsonElement data, Func<byte[]> salt)
    {
        var disclosures = new List<Disclosure>();
        var rest = new ArrayBufferWriter<byte>();
        Write(data, this, "", rest, disclosures, salt);

        if (disclosures.Count == 0)
        {
            return (Encoding.UTF8.GetString(rest.WrittenSpan), []);
        }

        // "$" sorts before letters, so the commitments come first.
        var whole = new ArrayBufferWriter<byte>(rest.WrittenCount + (disclosures.Count * 100));
        CanonicalJson.Raw("{\"$sd\":{"u8, whole);
        disclosures.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));

        foreach (var disclosure in disclosures)
        {
            CanonicalJson.Raw(disclosure == disclosures[0] ? ""u8 : ","u8, whole);
            CanonicalJson.Text(disclosure.Path, whole);
            CanonicalJson.Raw(":"u8, whole);
            CanonicalJson.Text(disclosure.Commitment(), whole);
        }

        CanonicalJson.Raw(rest.WrittenCount > 2 ? "},"u8 : "}"u8, whole);
        CanonicalJson.Raw(rest.WrittenSpan[1..], whole);

        return (Encoding.UTF8.GetString(whole.WrittenSpan), disclosures);
    }

    /// <summary>Puts disclosed values back where they were taken from.</summary>
    /// <param name="instead">What stands in the place of a value that is gone, by its path; without it, nothing does.</param>
    public static JsonObject Join(string data, IEnumerable<Disclosure> disclosures, Func<string, string>? instead = null)
    {
        var whole = (JsonObject)JsonNode.Parse(data)!;
        List<Disclosure> values = [.. disclosures];

        if (instead is not null && whole[Commitments] is JsonObject commitments)
        {
            var gone = commitments.Select(commitment => commitment.Key).Except(values.Select(disclosure => disclosure.Path)).ToList();
            values.AddRange(gone.Select(path => new Disclosure(path, [], JsonValue.Create(instead(path)).ToJsonString())));
        }

        whole.Remove(Commitments);

        foreach (var disclosure in values)
        {
            var steps = disclosure.Path[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
            JsonNode at = whole;

            foreach (var step in steps[..^1])
            {
                at = (at is JsonArray items ? items[int.Parse(step, CultureInfo.InvariantCulture)] : at[step])!;
            }

            at[steps[^1]] = JsonNode.Parse(disclosure.Value);
        }

        return whole;
    }

    /// <summary>The commitments a leaf holds, by the place of what they stand for.</summary>
    public static Dictionary<string, string> CommitmentsIn(JsonElement data) =>
        data.TryGetProperty(Commitments, out var commitments) && commitments.ValueKind is JsonValueKind.Object
            ? commitments.EnumerateObject().ToDictionary(c => c.Name, c => c.Value.ValueKind is JsonValueKind.String ? c.Value.GetString()! : "")
            : [];

    private static void Write(
        JsonElement value, PersonalMembers rules, string at, ArrayBufferWriter<byte> target, List<Disclosure> disclosures, Func<byte[]> salt)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                CanonicalJson.Raw("{"u8, target);
                var isFirst = true;

                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    var rule = rules.Members is null ? rules : rules.Members.GetValueOrDefault(member.Name, All);
                    var path = $"{at}/{member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

                    if (member.Name is Commitments || (at is "" && string.CompareOrdinal(member.Name, Commitments) < 0))
                    {
                        throw new LedgerException(CanonicalJson.NotCanonical, $"A fact may not have a member {Commitments}, nor one that sorts before it.");
                    }

                    if (rule.IsPersonal && member.Value.ValueKind is not JsonValueKind.Null)
                    {
                        disclosures.Add(new(path, salt(), CanonicalJson.WriteText(member.Value)));

                        continue;
                    }

                    CanonicalJson.Raw(isFirst ? ""u8 : ","u8, target);
                    isFirst = false;
                    CanonicalJson.Text(member.Name, target);
                    CanonicalJson.Raw(":"u8, target);
                    Write(member.Value, rule, path, target, disclosures, salt);
                }

                CanonicalJson.Raw("}"u8, target);
                break;

            case JsonValueKind.Array:
                CanonicalJson.Raw("["u8, target);
                var i = 0;

                foreach (var item in value.EnumerateArray())
                {
                    CanonicalJson.Raw(i == 0 ? ""u8 : ","u8, target);
                    Write(item, rules, string.Create(CultureInfo.InvariantCulture, $"{at}/{i++}"), target, disclosures, salt);
                }

                CanonicalJson.Raw("]"u8, target);
                break;

            default:
                CanonicalJson.Write(value, target);
                break;
        }
    }
}
