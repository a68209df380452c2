using System.Net;
using Governance.Audit.Sealing;
using Governance.Audit.Trail;
using Governance.ServiceDefaults;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.Audit.Tests;

/// <summary>Audit with a database of its own.</summary>
public sealed class AuditService(PostgresServer postgres) : ServiceFixture<RecordFactConsumer>(postgres)
{
    /// <summary>Waits until everything recorded is sealed and signed, and returns the checkpoint.</summary>
    public async Task<CheckpointView> Sealed()
    {
        await Eventually.Until(
            async () => await Count("pending where not waits") + await Count("leaf") - await Signed(), left => left == 0, what: "the ledger to be signed");

        return await Read<CheckpointView>("/api/audit/checkpoint");
    }

    public async Task<T> Read<T>(string path) => (await As(Roles.Auditor).Get(path)).Expect(HttpStatusCode.OK).Read<T>();

    public async Task Execute(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Each reading of a case comes back as a fact.</summary>
    protected override Task Quiet() => Eventually.Until(
        async () => await Count("outbox where state <> 2 or contract is not null") - await Count("fact where service = 'audit'"),
        left => left == 0,
        what: "every reading to be recorded");

    private async Task<long> Signed()
    {
        await using var command = Database.CreateCommand("select coalesce(max(size), -1) from checkpoint");

        return (long)(await command.ExecuteScalarAsync())!;
    }
}
