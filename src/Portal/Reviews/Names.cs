using Governance.Contracts;
using Governance.Portal.Services;
using Governance.Portal.Shell;
using Microsoft.Extensions.Localization;

namespace Governance.Portal.Reviews;

/// <summary>Names for the subjects of accounts; whoever reads is called "you", and who is not known "a colleague".</summary>
public sealed class Names
{
    private readonly IStringLocalizer<Texts> texts;
    private readonly Dictionary<string, string> known;

    internal Names(IStringLocalizer<Texts> texts, string me, IEnumerable<PersonView> people)
    {
        this.texts = texts;
        Me = me;
        known = people.GroupBy(person => person.Subject).ToDictionary(person => person.Key, person => Plain.Text(person.First().Name));
    }

    public string Me { get; }

    public string Of(string subject) =>
        subject == Me ? texts["you"] : known.TryGetValue(subject, out var name) ? name : texts["a colleague"];

    /// <summary>"A for B" where somebody acts for another.</summary>
    public string Of(string by, string? onBehalfOf) => onBehalfOf is null ? Of(by) : texts["{0} for {1}", Of(by), Of(onBehalfOf)];

    public string Of(IEnumerable<ReviewQueue> queues) => string.Join(", ", queues.Select(queue => texts.Of(queue)));
}
