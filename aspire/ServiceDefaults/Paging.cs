using Marten;

namespace Governance.ServiceDefaults;

/// <summary>One page of a list, counted from 1.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, long Total, int Number, int PageSize)
{
    [System.Text.Json.Serialization.JsonPropertyName("page")]
    public int Number { get; init; } = Number;
}

/// <summary>Which page a caller asks for.</summary>
public readonly record struct Window(int Page, int Size)
{
    public const int DefaultSize = 50;
    public const int LargestSize = 200;

    public int Skip => (Page - 1) * Size;

    public static Window Of(int? page, int? pageSize) => (page ?? 1, pageSize ?? DefaultSize) switch
    {
        ( < 1 or > 1_000_000, _) => throw new InvalidRequestException("page", "must be between 1 and 1000000."),
        (_, < 1 or > LargestSize) => throw new InvalidRequestException("pageSize", $"must be between 1 and {LargestSize}."),
        var (number, size) => new(number, size),
    };

    public async Task<Page<TView>> Of<T, TView>(IQueryable<T> all, Func<T, TView> view, CancellationToken ct) where T : notnull
    {
        var total = await all.LongCountAsync(ct);
        var items = await all.Skip(Skip).Take(Size).ToListAsync(ct);

        return new([.. items.Select(view)], total, Page, Size);
    }
}
