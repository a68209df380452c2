using Governance.Audit.Trail;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.Audit.Tests;

/// <summary>Audit with a database of its own.</summary>
public sealed class AuditService(PostgresServer postgres) : ServiceFixture<RecordFactConsumer>(postgres);
