using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Intake.Tests.UseCases;

/// <summary>One use case of Retail Banking, the people around it, and what may have happened to it.</summary>
internal static class Known
{
    public const string Number = "UC-2026-0042";

    public static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Tuesday = Monday.AddDays(1);

    public static readonly Caller Owner = Manager("mona", "Retail Banking");
    public static readonly Caller Colleague = Manager("paul", "Retail Banking", "IT");
    public static readonly Caller Stranger = Manager("otto", "Insurance");

    public static readonly UseCaseFacts Better = Facts.Example with { Summary = "The same letters, answered in two languages." };

    public static readonly Submitted Submitted = new(Number, Facts.Example, Owner.Subject, Monday);
    public static readonly Revised Revised = new(Number, 2, Better, Colleague.Subject, Tuesday);
    public static readonly Withdrawn Withdrawn = new(1, "No budget", Owner.Subject, Tuesday);

    public static StageReached Reached(Stage stage, int revision = 1) => new(revision, stage, Tuesday);

    private static Caller Manager(string subject, params string[] units) =>
        new(subject, subject, [Roles.PortfolioManager], units);
}
