using Governance.Contracts;
using Governance.ServiceDefaults;
using Marten;
using MassTransit;

namespace Governance.Compliance.People;

/// <summary>What was kept about the person behind an account is deleted.</summary>
public sealed record PersonForgotten(Guid ErasureId, string Account);

/// <summary>The erasure of an account, as far as it is carried out here.</summary>
public sealed record ForgottenPerson
{
    public Guid Id { get; init; }

    public ForgottenPerson Apply(PersonForgotten _) => this;
}

/// <summary>
/// Deletes what is kept about a person besides events: name, roles and units, saved views, preferences with the mail address, notices and
/// mails. Whoever signs in again afterwards is known again.
/// </summary>
public sealed class ForgetPersonConsumer(Decisions decisions, KnownPeople people) : IConsumer<AccountErased>
{
    private static readonly string[] Deletions =
    [
        "delete from mt_doc_person where id = ?",
        "delete from mt_doc_savedviews where id = ?",
        "delete from notification_preferences where subject = ?",
        "delete from notification where subject = ?",
        "delete from delivery where channel = 'mail' and recipient = ?",
    ];

    public async Task Consume(ConsumeContext<AccountErased> context)
    {
        var (erasure, account) = (context.Message.ErasureId, context.Message.Account);

        await decisions.Consume<ForgottenPerson, AccountErased>(
            context,
            erasure,
            _ => [new PersonForgotten(erasure, account)],
            beside: session => Array.ForEach(Deletions, deletion => session.QueueSqlCommand(deletion, account)));
        people.Forget(account);
    }
}
