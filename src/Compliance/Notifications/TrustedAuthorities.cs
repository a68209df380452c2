using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Governance.Compliance.Notifications;

/// <summary>
/// Whose certificates count where mail and webhooks go: those of the authorities this machine trusts and, for servers of the house,
/// those of the PEM file that <c>Notifications:TrustedAuthorities</c> names.
/// </summary>
public sealed class TrustedAuthorities
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection own = [];

    public TrustedAuthorities(IConfiguration configuration)
    {
        if (configuration["Notifications:TrustedAuthorities"] is { Length: > 0 } file)
        {
            own.ImportFromPemFile(file);
        }
    }

    public bool Accept(object? sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors) => errors switch
    {
        SslPolicyErrors.None => true,
        SslPolicyErrors.RemoteCertificateChainErrors when own.Count > 0 && certificate is X509Certificate2 leaf => LeadsToOwn(leaf, presented),
        _ => false,
    };

    private bool LeadsToOwn(X509Certificate2 leaf, X509Chain? presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(own);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(presented?.ChainElements.Select(element => element.Certificate).ToArray() ?? []);

        return chain.Build(leaf);
    }
}
