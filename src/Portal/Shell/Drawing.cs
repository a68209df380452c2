namespace Governance.Portal.Shell;

/// <summary>Draws a component that takes in a long answer a few times a second, and not with every line.</summary>
internal sealed class Drawing
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);

    private DateTimeOffset last;

    public async Task NowAndThen(TimeProvider clock, Action draw)
    {
        if (clock.GetUtcNow() - last > Often)
        {
            last = clock.GetUtcNow();
            draw();
            await Task.Yield();
        }
    }
}
