using Governance.Strategy.Assessments;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.Strategy.Tests;

/// <summary>Strategy with a database of its own.</summary>
public sealed class StrategyService(PostgresServer postgres) : ServiceFixture<AssessmentFile>(postgres);
