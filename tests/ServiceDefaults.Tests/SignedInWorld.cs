namespace Governance.ServiceDefaults.Tests;

/// <summary>One issuer and one service for all tokens of a test class.</summary>
public sealed class SignedInWorld : IAsyncLifetime
{
    internal FakeIssuer Issuer { get; private set; } = null!;

    internal ProtectedService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Issuer = await FakeIssuer.Start();
        Service = await ProtectedService.Start(Issuer.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}
