namespace Governance.Local;

/// <summary>Stops the platform: politely through its supervisor, and whatever that leaves by the register of processes.</summary>
internal static class Down
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task<int> RunAsync(Layout layout, CancellationToken ct)
    {
        var supervisor = RunState.Of(layout);

        if (supervisor is not null)
        {
            if (!Posix.Signal(supervisor.Process, Posix.Terminate))
            {
                throw new ProblemException(
                    $"The platform was started by another user (pid {supervisor.Process}).", "Run ./governance down as that user.");
            }

            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(Patience);

            try
            {
                while (Posix.IsAlive(supervisor.Process, supervisor.Started))
                {
                    await Task.Delay(50, patience.Token);
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                Posix.Signal(supervisor.Process, Posix.Kill);
            }
        }

        var left = ProcessRegister.StopLeftovers(layout.Run);
        Console.WriteLine(supervisor is not null || left ? "Stopped; nothing is left running." : "Governance is not running.");

        return 0;
    }
}
