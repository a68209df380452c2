using Governance.Costs.Forecasts;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.Costs.Tests;

/// <summary>Costs with a database of its own.</summary>
public sealed class CostsService(PostgresServer postgres) : ServiceFixture<ForecastFile>(postgres);
