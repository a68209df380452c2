using Governance.DataReadiness.Checks;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.DataReadiness.Tests;

/// <summary>DataReadiness with a database of its own.</summary>
public sealed class ReadinessService(PostgresServer postgres) : ServiceFixture<ReadinessFile>(postgres);
