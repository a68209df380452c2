using System.Globalization;
using Governance.Contracts;

namespace Governance.ServiceDefaults;

/// <summary>What a declaration must fulfil beyond its types: sizes, ranges, codes, and members that belong together.</summary>
public static class FactRules
{
    private const decimal MostRequests = 100_000_000_000m;
    private const decimal MostHours = 100_000_000m;
    private const decimal MostMoney = 1_000_000_000_000m;
    private const int MostTokens = 10_000_000;
    private const int MostPeople = 100_000;
    private const int MostListed = 100;

    /// <param name="below">The member of the body that holds the facts, unless they are the body.</param>
    /// <exception cref="InvalidRequestException">At least one member breaks a rule; all of them are named.</exception>
    public static void Require(UseCaseFacts facts, string? below = null)
    {
        FieldError[] errors = [.. Check(facts).Select(error => below is null ? error : error with { Field = $"{below}.{error.Field}" })];

        if (errors.Length > 0)
        {
            throw new InvalidRequestException(errors);
        }
    }

    public static IEnumerable<FieldError> Check(UseCaseFacts facts) =>
    [
        .. Text("title", facts.Title, 200),
        .. Text("summary", facts.Summary, 4_000),
        .. Text("businessUnit", facts.BusinessUnit, 100),
        .. Text("sponsor", facts.Sponsor, 200),
        .. Text("objective.statement", facts.Objective.Statement, 2_000),
        .. TaskRules(facts.Task),
        .. Range("volume.requestsPerMonth", facts.Volume.RequestsPerMonth, 0, MostRequests),
        .. Range("volume.monthlyGrowthPercent", facts.Volume.MonthlyGrowthPercent, -100, 1_000),
        .. Range("volume.promptTokensPerRequest", facts.Volume.PromptTokensPerRequest, 0, MostTokens),
        .. Range("volume.outputTokensPerRequest", facts.Volume.OutputTokensPerRequest, 0, MostTokens),
        .. Range("latencyP95Milliseconds", facts.LatencyP95Milliseconds, 1, int.MaxValue),
        .. Range("promptCount", facts.PromptCount, 0, MostPeople),
        .. Range("targetGoLive", facts.TargetGoLive?.Year, 2000, 2100),
        .. Range("data.labelledExamples", facts.Data.LabelledExamples, 0, int.MaxValue),
        .. Range("data.promptExamples", facts.Data.PromptExamples, 0, int.MaxValue),
        .. Listed("data.categories", facts.Data.Categories),
        .. Range("team.mlEngineers", facts.Team?.MlEngineers, 0, MostPeople),
        .. Jurisdictions(facts.Compliance.Jurisdictions),
        .. Listed("compliance.regulatedSectors", facts.Compliance.RegulatedSectors),
        .. Text("model.base", facts.Model?.Base, 200),
        .. BenefitRules(facts.Benefit),
        .. Amount("budget", facts.Budget),
    ];

    private static IEnumerable<FieldError> TaskRules(TaskProfile? task)
    {
        if (task is null)
        {
            yield break;
        }

        foreach (var error in Listed("task.kinds", task.Kinds)
                     .Concat(Range("task.distinctTasks", task.DistinctTasks, 1, MostPeople))
                     .Concat(Range("task.languagesOrDepartments", task.LanguagesOrDepartments, 1, MostPeople)))
        {
            yield return error;
        }

        if (task.Components is not { Count: > 0 } components)
        {
            yield break;
        }

        if (components.Count > MostListed)
        {
            yield return new("task.components", $"has more than {MostListed} items.");
        }

        for (var i = 0; i < components.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"task.components[{i}]");

            foreach (var error in Text($"{path}.name", components[i].Name, 200)
                         .Concat(Range($"{path}.requestShare", components[i].RequestShare, 0, 1))
                         .Concat(Range($"{path}.labelledExamples", components[i].LabelledExamples, 0, int.MaxValue))
                         .Concat(Listed($"{path}.kinds", components[i].Kinds)))
            {
                yield return error;
            }
        }

        if (components.Sum(c => Math.Clamp(c.RequestShare, 0, 1)) != 1)
        {
            yield return new("task.components", "the request shares must add up to exactly 1.");
        }

        if (components.Select(c => c.Name.Trim()).Distinct(StringComparer.OrdinalIgnoreCase).Count() < components.Count)
        {
            yield return new("task.components", "each component needs a name of its own.");
        }
    }

    private static IEnumerable<FieldError> BenefitRules(Benefit benefit)
    {
        var claims = benefit.Claims ?? [];
        var hours = benefit.HoursPerMonth is not null || benefit.HourlyRate is not null;

        foreach (var error in Range("benefit.hoursPerMonth", benefit.HoursPerMonth, 0, MostHours)
                     .Concat(Amount("benefit.hourlyRate", benefit.HourlyRate))
                     .Concat(Amount("benefit.monthlyValue", benefit.MonthlyValue))
                     .Concat(Text("benefit.owner", benefit.Owner, 200))
                     .Concat(Text("benefit.evidence", benefit.Evidence, 2_000)))
        {
            yield return error;
        }

        if (hours && benefit.HoursPerMonth is null)
        {
            yield return new("benefit.hoursPerMonth", "is needed beside the hourly rate; or give a monthly value instead of both.");
        }

        if (hours && benefit.HourlyRate is null)
        {
            yield return new("benefit.hourlyRate", "is needed beside the hours per month; or give a monthly value instead of both.");
        }

        if (hours && benefit.MonthlyValue is not null)
        {
            yield return new("benefit.monthlyValue", "counts the same benefit again; give hours per month with an hourly rate, or a monthly value.");
        }

        if (claims.Count > MostListed)
        {
            yield return new("benefit.claims", $"has more than {MostListed} items.");
        }

        for (var i = 0; i < claims.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"benefit.claims[{i}]");

            foreach (var error in Text($"{path}.measure", claims[i].Measure, 200)
                         .Concat(Range($"{path}.before", claims[i].Before, -MostMoney, MostMoney))
                         .Concat(Range($"{path}.after", claims[i].After, -MostMoney, MostMoney))
                         .Concat(Range($"{path}.claimedImprovementPercent", claims[i].ClaimedImprovementPercent, -1_000_000, 1_000_000)))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Jurisdictions(IReadOnlyList<string> codes)
    {
        foreach (var error in Listed("compliance.jurisdictions", codes))
        {
            yield return error;
        }

        for (var i = 0; i < codes.Count; i++)
        {
            if (!IsoCodes.IsJurisdiction(codes[i]))
            {
                yield return new(
                    string.Create(CultureInfo.InvariantCulture, $"compliance.jurisdictions[{i}]"),
                    "must be a two-letter ISO 3166-1 code in capitals, such as DE, or EU.");
            }
        }
    }

    private static IEnumerable<FieldError> Amount(string path, Money? money) => money is null
        ? []
        :
        [
            .. Range($"{path}.amount", money.Amount, 0, MostMoney),
            .. IsoCodes.IsCurrency(money.Currency)
                ? Array.Empty<FieldError>()
                : [new($"{path}.currency", "must be an ISO 4217 code in capitals, such as EUR.")],
        ];

    private static IEnumerable<FieldError> Text(string path, string? text, int longest)
    {
        if (text is not null && string.IsNullOrWhiteSpace(text))
        {
            yield return new(path, "must not be blank.");
        }

        if (text?.Length > longest)
        {
            yield return new(path, $"is longer than {longest} characters.");
        }
    }

    private static IEnumerable<FieldError> Range(string path, decimal? value, decimal least, decimal most)
    {
        if (value < least || value > most)
        {
            yield return new(path, string.Create(CultureInfo.InvariantCulture, $"must be between {least} and {most}."));
        }
    }

    private static IEnumerable<FieldError> Listed<T>(string path, IReadOnlyList<T>? items)
    {
        if (items?.Count > MostListed)
        {
            yield return new(path, $"has more than {MostListed} items.");
        }

        if (items is not null && items.Distinct().Count() < items.Count)
        {
            yield return new(path, "names the same value twice.");
        }
    }
}
