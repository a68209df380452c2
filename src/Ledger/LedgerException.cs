namespace Governance.Ledger;

/// <summary>Something that was to be sealed or verified is not what it should be; the code names the kind of deviation for machines.</summary>
public sealed class LedgerException(string code, string message) : Exception(message)
{
    public string Code => code;
}
