using Governance.ServiceDefaults;

namespace Governance.Portal;

/// <summary>Facts of one contract that a subscriber has not applied a minute after they were sent, or more than were ever sent.</summary>
internal sealed record Imbalance(string Contract, string Subscriber, long Sent, long Applied)
{
    public string Describe() => Applied < Sent
        ? $"{Subscriber} has applied {Applied} of {Sent} {Contract}: look at its error queue, then ./governance requeue {Subscriber}."
        : $"{Subscriber} has applied {Applied} {Contract}, but only {Sent} were sent.";
}

/// <summary>
/// Checks all the time that what was sent is applied: whatever a service had announced a minute ago, each of its subscribers must
/// have applied by now. What lies in an error queue or was lost shows up here, in the log and on the front page.
/// </summary>
internal sealed class Conservation(StatusBoard board, TimeProvider clock, ILogger<Conservation> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public IReadOnlyList<Imbalance> Latest { get; private set; } = [];

    /// <param name="before">
    /// The flows a minute ago; a service that did not answer then is not judged. The minute also bridges that services are not
    /// asked at the same instant.
    /// </param>
    public static IReadOnlyList<Imbalance> Judge(IReadOnlyDictionary<string, FlowCounts> before, IReadOnlyDictionary<string, FlowCounts> now) =>
    [
        .. from subscription in Subscriptions.Subscribers
           let contract = ContractName.Of(subscription.Key)
           let sent = before.Values.Sum(flow => flow.SentByContract.GetValueOrDefault(contract))
           let sentNow = now.Values.Sum(flow => flow.SentByContract.GetValueOrDefault(contract))
           from subscriber in subscription.Value.Append(Subscriptions.Audit)
           where now.ContainsKey(subscriber) && before.ContainsKey(subscriber)
           let applied = now[subscriber].AppliedByContract.GetValueOrDefault(contract)
           let appliedBefore = before[subscriber].AppliedByContract.GetValueOrDefault(contract)
           let surplus = appliedBefore > sentNow && now.Count >= before.Count
           where applied < sent || surplus
           select new Imbalance(contract, subscriber, surplus ? sentNow : sent, applied),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var before = await Flows(stoppingToken);

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = await Flows(stoppingToken);
            Latest = Judge(before, now);
            before = now;

            foreach (var imbalance in Latest)
            {
                log.LogError("Facts are not conserved: {Imbalance}", imbalance.Describe());
            }
        }
    }

    private async Task<Dictionary<string, FlowCounts>> Flows(CancellationToken ct) =>
        (await board.Read(ct)).Where(status => status.Flow is not null).ToDictionary(status => status.Service.Name, status => status.Flow!);
}
