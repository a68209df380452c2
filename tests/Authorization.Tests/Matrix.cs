namespace Governance.Authorization.Tests;

/// <summary>
/// Who may do what with whose case, as a table. <c>own</c> is a case of the manager's unit, <c>other</c> of another unit,
/// <c>edited</c> one the caller has edited, <c>absent</c> one that does not exist; the service <c>every</c> stands for all of them.
/// </summary>
internal static class Matrix
{
    public static IReadOnlyList<Row> Rows { get; } = Read();

    private static List<Row> Read()
    {
        using var reader = new StreamReader(typeof(Matrix).Assembly.GetManifestResourceStream("authorization.csv")!);
        string[][] lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];

        return
        [
            .. from line in lines[1..]
               let expected = lines[0][4..].Zip(line[4..], (caller, status) => (caller, int.Parse(status, null)))
               select new Row(line[0], line[1], line[2], line[3], expected.ToDictionary(x => x.caller, x => x.Item2)),
        ];
    }
}

internal sealed record Row(string Service, string Method, string Route, string Case, IReadOnlyDictionary<string, int> Expected)
{
    public string Endpoint => $"{Method} {Route}";

    public bool IsForAllServices => Service is "every";
}
