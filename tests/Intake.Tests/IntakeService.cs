using System.Net;
using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Governance.Intake.Tests;

/// <summary>Intake with a database of its own, and the managers of two business units.</summary>
public sealed class IntakeService(PostgresServer postgres) : ServiceFixture<UseCase>(postgres)
{
    public static readonly Person Mona = new("Mona Manager", [Roles.PortfolioManager], ["Retail Banking", "Payments"]);
    public static readonly Person Igor = new("Igor of Insurance", [Roles.PortfolioManager], ["Insurance"]);

    public HttpClient Manager => As(Mona);

    public HttpClient OtherManager => As(Igor);

    public async Task<UseCaseReceipt> Submit(UseCaseFacts? facts = null, HttpClient? by = null) =>
        (await (by ?? Manager).Post("/api/use-cases", facts ?? Facts.Example)).Expect(HttpStatusCode.Created).Read<UseCaseReceipt>();

    public async Task<UseCaseView> Read(Guid id, HttpClient? by = null) =>
        (await (by ?? Manager).Get($"/api/use-cases/{id}")).Expect(HttpStatusCode.OK).Read<UseCaseView>();
}
