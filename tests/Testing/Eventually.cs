using System.Diagnostics;

namespace Governance.Testing;

/// <summary>Waits for something that happens by itself, and says what was last seen when it does not.</summary>
public static class Eventually
{
    /// <summary>Long enough for a slow machine that does other things as well; only what never happens costs it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static Task Until(Func<Task<bool>> condition, TimeSpan? deadline = null, string what = "the condition") =>
        Until(condition, holds => holds, deadline, what);

    public static Task Until(Func<bool> condition, TimeSpan? deadline = null, string what = "the condition") =>
        Until(() => Task.FromResult(condition()), deadline, what);

    public static async Task<T> Until<T>(Func<Task<T>> look, Func<T, bool> holds, TimeSpan? deadline = null, string what = "the condition")
    {
        var patience = deadline ?? Patience;
        var since = Stopwatch.StartNew();

        while (true)
        {
            var seen = await look();

            if (holds(seen))
            {
                return seen;
            }

            if (since.Elapsed > patience)
            {
                throw new TimeoutException($"Waited {patience.TotalSeconds:0} s for {what}; last seen: {seen}");
            }

            await Task.Delay(LookEvery);
        }
    }
}
