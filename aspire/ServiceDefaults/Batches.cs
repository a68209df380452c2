namespace Governance.ServiceDefaults;

/// <summary>Goes through any number of rows with a few in memory: while all processors work on one batch, the next is read.</summary>
public static class Batches
{
    /// <param name="rows">Read by one caller at a time.</param>
    /// <param name="size">How many rows make a batch.</param>
    /// <param name="work">Done to every row, several at once.</param>
    /// <param name="finish">Gets what became of a batch, in the order of the rows and one batch after the other.</param>
    public static async Task ForEachBatch<T, TResult>(
        this IAsyncEnumerable<T> rows, int size, Func<T, TResult> work, Func<TResult[], Task> finish, CancellationToken ct)
    {
        var working = Task.CompletedTask;

        try
        {
            await foreach (var batch in rows.Chunk(size).WithCancellation(ct))
            {
                await working;
                working = Task.Run(() => Work(batch), ct);
            }
        }
        finally
        {
            await working;
        }

        async Task Work(T[] batch)
        {
            var results = new TResult[batch.Length];
            Parallel.For(0, batch.Length, new() { CancellationToken = ct }, i => results[i] = work(batch[i]));

            await finish(results);
        }
    }
}
