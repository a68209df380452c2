using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
