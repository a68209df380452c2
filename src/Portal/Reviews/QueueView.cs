using Microsoft.AspNetCore.WebUtilities;

namespace Governance.Portal.Reviews;

/// <summary>Which reviews a list shows: filters of the API, as they stand in the address of the list.</summary>
internal static class QueueView
{
    public static readonly string[] Filters = ["queue", "state", "tier", "businessUnit", "mine", "unclaimed", "overdue", "escalated", "dueBefore"];

    /// <summary>The filters of a query and nothing else of it, in a fixed order.</summary>
    public static string Clean(string? query)
    {
        var given = QueryHelpers.ParseQuery(query);

        return string.Join('&',
            from name in Filters
            where given.TryGetValue(name, out var value) && value.ToString().Length > 0
            select $"{name}={Uri.EscapeDataString(given[name].ToString())}");
    }

    public static string List(string query, int page = 1, int size = 1) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/api/reviews?{query}{(query.Length > 0 ? "&" : "")}page={page}&pageSize={size}");
}
