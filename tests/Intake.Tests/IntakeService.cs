using System.Net;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.Intake.Tests;

/// <summary>Intake with its own database, and the managers of two business units.</summary>
public sealed class IntakeService(PostgresServer postgres) : ServiceFixture<UseCase>(postgres)
{
    public const string Unit = "Retail Banking";

    public HttpClient Manager => As(Roles.PortfolioManager, Unit);

    public HttpClient OtherManager => As(new Person("Manager of another unit", [Roles.PortfolioManager], ["Insurance"]));

    public async Task<UseCaseReceipt> Submit(UseCaseFacts? facts = null, HttpClient? by = null) =>
        (await (by ?? Manager).Post("/api/use-cases", facts ?? Facts.Example)).Expect(HttpStatusCode.Created).Read<UseCaseReceipt>();

    public async Task<UseCaseView> Read(Guid id, HttpClient? by = null) =>
        (await (by ?? Manager).Get($"/api/use-cases/{id}")).Expect(HttpStatusCode.OK).Read<UseCaseView>();
}
