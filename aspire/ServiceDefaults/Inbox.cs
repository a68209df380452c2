using Marten;
using Marten.Services.BatchQuerying;
using Npgsql;

namespace Governance.ServiceDefaults;

/// <summary>A received message, remembered in the transaction of its effect, for as long as <see cref="Retention"/> keeps it.</summary>
public sealed record InboxEntry(Guid MessageId, string Contract) : Once
{
    public const string Schema = """
        create table if not exists inbox(
            message_id uuid primary key,
            contract text not null,
            received_at timestamptz not null default clock_timestamp());
        """;

    /// <summary>The ids, as text, of those messages that were applied before.</summary>
    internal static Task<IReadOnlyList<string>> Applied(IBatchedQuery batch, IEnumerable<Once?> marks) => batch.Query<string>(
        "select message_id::text from inbox where message_id = any(?)",
        (object)marks.OfType<InboxEntry>().Select(entry => entry.MessageId).ToArray());

    public override void WriteTo(IDocumentSession session) =>
        session.QueueSqlCommand("insert into inbox(message_id, contract) values (?, ?)", MessageId, Contract);

    public override async Task<bool> HasHappened(IDocumentSession session)
    {
        await using var command = new NpgsqlCommand("select 1 from inbox where message_id = $1");
        command.Parameters.AddWithValue(MessageId);
        await using var reader = await session.ExecuteReaderAsync(command);

        return await reader.ReadAsync();
    }
}
