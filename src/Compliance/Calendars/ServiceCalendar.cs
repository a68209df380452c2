using Governance.Engines;

namespace Governance.Compliance.Calendars;

/// <summary>Service levels run on one calendar: the one that ships with the service, or the file named by <c>Calendar:File</c>.</summary>
public static class ServiceCalendar
{
    public static BusinessCalendar From(IConfiguration configuration) =>
        configuration["Calendar:File"] is { Length: > 0 } file ? BusinessCalendar.Parse(File.ReadAllText(file)) : Default;

    public static BusinessCalendar Default { get; } = BusinessCalendar.Parse(Shipped("default"));

    private static string Shipped(string name)
    {
        using var reader = new StreamReader(typeof(PolicyLibrary).Assembly.GetManifestResourceStream($"Calendars/{name}.json")!);

        return reader.ReadToEnd();
    }
}
