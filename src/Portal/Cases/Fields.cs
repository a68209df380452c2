using System.Globalization;
using System.Text.RegularExpressions;
using Governance.Contracts;

namespace Governance.Portal.Cases;

public enum FieldKind { Line, Text, Unit, Number, Whole, YesNo, One, Many, Date, Money, Codes, Components, Claims }

/// <summary>One question of the submission: where its answer stands in the body, how it is asked, and which rules read it.</summary>
public sealed record Field(string Path, FieldKind Kind, string Label, string Help, string Rules = "", bool Required = false, Type? Values = null);

/// <summary>A step of the decision framework with its questions.</summary>
public sealed record Section(string Id, string Title, string Why, IReadOnlyList<Field> Fields);

/// <summary>
/// Everything a submission can say, in the order of the six-step framework. Help texts say what an answer does to the outcome;
/// what is left out counts as unknown and lowers the confidence.
/// </summary>
internal static partial class Fields
{
    public static IReadOnlyList<Section> Sections { get; } =
    [
        new("case", "The case", "What it is and who answers for it.",
        [
            new("title", FieldKind.Line, "Title", "A name people will recognise in lists and letters.", Required: true),
            new("summary", FieldKind.Text, "Summary", "What the model would do, for whom, in a few sentences.", Required: true),
            new("businessUnit", FieldKind.Unit, "Business unit", "Decides who sees the case; you submit for your own units only.", Required: true),
            new("sponsor", FieldKind.Line, "Sponsor", "Who stands behind it. Personal data: kept out of the sealed record."),
            new("domain", FieldKind.One, "Domain", "Specialised domains gain from tuning; general tasks do not.", "F26, C05", Required: true, Values: typeof(Domain)),
        ]),
        new("objective", "1. Business objective", "Mission, outcome and shape of the task.",
        [
            new("objective.statement", FieldKind.Text, "Objective", "A measurable aim. A vague one keeps the case at a prompting pilot.", "F36", Required: true),
            new("objective.primaryOutcome", FieldKind.One, "Primary outcome", "Speed and adaptability favour prompting; accuracy and cost at scale favour tuning.", "R16", Values: typeof(PrimaryOutcome)),
            new("objective.missionCritical", FieldKind.YesNo, "Mission-critical", "Failures would stop the business; pulls to consistent, tuned behaviour.", "R06"),
            new("objective.differentiating", FieldKind.YesNo, "Sets you apart from competitors", "If the model is part of the product's edge, tuning locks it in.", "F29"),
            new("specialisedKnowledge", FieldKind.YesNo, "Needs specialised knowledge", "Expertise a general model lacks raises the gain from tuning.", "F05, F06, F26"),
            new("task.kinds", FieldKind.Many, "Kinds of task", "Classification or structured output suits tuning; conversation and reasoning suit prompting.", "F16", Values: typeof(TaskKind)),
            new("task.shape", FieldKind.One, "Shape of the task", "Exploratory work points to prompting, standardised work to tuning.", "F16, Q4", Values: typeof(TaskShape)),
            new("task.strictOutputFormat", FieldKind.YesNo, "Strict output format", "Formats that must never break are brittle under prompts.", "F17"),
            new("task.consumedBySystems", FieldKind.YesNo, "Read by other systems", "Machines do not forgive variation; pulls to tuning.", "F15, R03"),
            new("task.distinctTasks", FieldKind.Whole, "Distinct tasks", "Many tasks on one model favour prompting.", "F20"),
            new("task.languagesOrDepartments", FieldKind.Whole, "Languages or departments", "Reach across the organisation favours prompting.", "F07"),
            new("requirementsChange", FieldKind.One, "Requirements change", "The faster they change, the more prompting pays.", "F12, Q1", Values: typeof(ChangeRate)),
            new("humanReview", FieldKind.One, "Outputs reviewed by people", "Review makes occasional errors bearable, so prompting suffices.", "F15, Q2", Values: typeof(HumanReview)),
            new("inconsistencyRisk", FieldKind.One, "Risk of inconsistent answers", "A high risk points to tuning.", "F14, Q3", Values: typeof(Level)),
            new("repeatableBehaviourRequired", FieldKind.YesNo, "Repeatable behaviour required", "The same input must give the same output; points to tuning.", "F24, Q6"),
            new("task.components", FieldKind.Components, "Components", "Parts that differ can each take a strategy of their own: a hybrid.", "R08"),
        ]),
        new("data", "2. Data", "Enough, clean, labelled, and allowed to be used.",
        [
            new("data.labelledExamples", FieldKind.Whole, "Labelled examples", "Below 500 tuning is blocked, from 10,000 on all weights may be tuned.", "D01, F10", Required: true),
            new("data.promptExamples", FieldKind.Whole, "Examples for prompts", "Prompting needs a few dozen good ones.", "D12"),
            new("data.clean", FieldKind.YesNo, "Clean", "A no blocks tuning: poor data makes it worse than a prompt.", "D03"),
            new("data.domainSpecific", FieldKind.YesNo, "Specific to the domain", "A no blocks tuning.", "D04"),
            new("data.canKeepFresh", FieldKind.YesNo, "Can be kept fresh", "Tuned behaviour drifts with stale data; a no blocks tuning.", "D05"),
            new("data.biasReviewed", FieldKind.YesNo, "Reviewed for bias", "A no blocks tuning.", "D06"),
            new("data.canValidateAtScale", FieldKind.YesNo, "Can be validated at scale", "Somebody must be able to check what the model learned.", "D07"),
            new("data.proprietary", FieldKind.YesNo, "Proprietary", "Without data of your own there is little to tune on.", "D08"),
            new("data.evaluationSet", FieldKind.YesNo, "Evaluation set exists", "Without criteria tuning would lock in assumptions: a gate.", "D15, F32"),
            new("data.categories", FieldKind.Many, "Categories of data", "Personal and sensitive data bring sign-offs and controls. None ticked means none.", "D10", Values: typeof(DataCategory)),
            new("data.thirdPartyTrainingAllowed", FieldKind.YesNo, "Third parties may train on it", "If not, only self-hosted tuning is left.", "D09, C03"),
            new("data.selfHostingAvailable", FieldKind.YesNo, "Self-hosting available", "Opens tuning for data that must stay inside.", "C03"),
            new("knowledgeFreshness", FieldKind.One, "Freshness of outside knowledge", "Monthly or faster adds retrieval, whatever the strategy.", "F33, R09", Values: typeof(KnowledgeFreshness)),
        ]),
        new("budget", "3. Budget and infrastructure", "Volume and money: three years of cost for each strategy.",
        [
            new("volume.requestsPerMonth", FieldKind.Number, "Requests per month", "The strongest driver of cost: from a million on tuning is favoured, break-even decides.", "F02, F08, X1", Required: true),
            new("volume.monthlyGrowthPercent", FieldKind.Number, "Growth per month, percent", "Moves the break-even forward or away.", "F08"),
            new("volume.promptTokensPerRequest", FieldKind.Whole, "Prompt tokens per request", "Long prompts are what tuning saves.", "F02", Required: true),
            new("volume.outputTokensPerRequest", FieldKind.Whole, "Output tokens per request", "Cost the same under each strategy, at the price of its model.", "F02", Required: true),
            new("latencyP95Milliseconds", FieldKind.Whole, "Answer within, milliseconds (p95)", "Tight limits favour short prompts and tuned models.", "F19"),
            new("promptCount", FieldKind.Whole, "Prompts in use", "Maintenance of prompts grows with their number.", "X6"),
            new("promptMaintenanceIsBottleneck", FieldKind.YesNo, "Prompt upkeep is a bottleneck", "A trigger to move from prompting to tuning.", "F31, R14"),
            new("model.base", FieldKind.Line, "Base model", "An id of the price book, such as gpt-4.1-mini. Left out, the price book's default is taken."),
            new("model.tunedModelReusedFrom.domain", FieldKind.One, "Reused tuned model: domain", "A tuned model of another domain is refused for reuse.", "R13", Values: typeof(Domain)),
            new("model.tunedModelReusedFrom.taskKind", FieldKind.One, "Reused tuned model: task", "A tuned model of another task is refused for reuse.", "R13", Values: typeof(TaskKind)),
            new("budget", FieldKind.Money, "Budget", "What is set aside; its currency is that of the forecast."),
            new("benefit.basis", FieldKind.One, "The benefit comes from", "What the return is measured by.", Required: true, Values: typeof(BenefitBasis)),
            new("benefit.hoursPerMonth", FieldKind.Number, "Hours saved per month", "Together with the hourly rate; or give a monthly value."),
            new("benefit.hourlyRate", FieldKind.Money, "Hourly rate", "Fully loaded cost of the hours saved."),
            new("benefit.monthlyValue", FieldKind.Money, "Monthly value", "Instead of hours: what the case brings each month."),
            new("benefit.owner", FieldKind.Line, "Owner of the benefit", "Who answers for it coming true; without one it is called a claim."),
            new("benefit.evidence", FieldKind.Text, "Evidence", "What the figures rest on: a pilot, a measurement, a contract."),
            new("benefit.claims", FieldKind.Claims, "Claimed improvements", "Before and after are checked against the claimed percentage.", "X8"),
        ]),
        new("time", "4. Time to value", "Speed now, or value over time.",
        [
            new("timeToMarketFirst", FieldKind.YesNo, "Time to market comes first", "A yes points to prompting.", "F04, Q7"),
            new("lifecycle", FieldKind.One, "Stage of the product", "Ideas and prototypes start with prompts; proven products may tune.", "F28, R14", Values: typeof(Lifecycle)),
            new("targetGoLive", FieldKind.Date, "Target go-live", "Compared with how long each strategy takes to set up."),
        ]),
        new("team", "5. Expertise", "Who builds and runs it.",
        [
            new("team.mlEngineers", FieldKind.Whole, "Machine-learning engineers", "Tuning needs them; prompting does not.", "F21"),
            new("team.mlOpsMaturity", FieldKind.One, "MLOps maturity", "Registry, pipelines and monitoring are what tuning stands on.", "F22", Values: typeof(MlOpsMaturity)),
            new("team.promptSkills", FieldKind.YesNo, "Prompt skills in the team", "Can sit with product people and analysts.", "F21"),
        ]),
        new("compliance", "6. Regulation and ethics", "Decides the risk tier and who must sign off.",
        [
            new("compliance.jurisdictions", FieldKind.Codes, "Jurisdictions", "Two-letter codes such as DE, or EU, separated by commas. They select the laws that apply.", Required: true),
            new("compliance.regulatedSectors", FieldKind.Many, "Regulated sectors", "Bring validation burden and sign-offs. None ticked means none.", "F25, X3", Required: true, Values: typeof(RegulatedSector)),
            new("compliance.medicalDevice", FieldKind.YesNo, "Medical device", "Tuning then needs a validation stage.", "C04"),
            new("compliance.affectsIndividuals", FieldKind.YesNo, "Affects individuals", "Raises the risk tier."),
            new("compliance.automatedDecision", FieldKind.YesNo, "Decides automatically", "Decisions about people without a human need privacy review."),
            new("compliance.euAiActArea", FieldKind.One, "Area of the EU AI Act", "High-risk areas bring obligations; prohibited practices end the case.", Values: typeof(EuAiActArea)),
            new("compliance.interactsWithPublic", FieldKind.YesNo, "Talks to the public", "People must be told that they talk to a machine."),
        ]),
    ];

    private static readonly Dictionary<string, Field> ByPath = Sections.SelectMany(section => section.Fields).ToDictionary(field => field.Path);

    /// <summary>The question a path of the body belongs to, such as <c>benefit.claims[0].before</c> to the claims.</summary>
    public static Field? At(string path)
    {
        for (var known = path.Split('[')[0]; known.Length > 0; known = known.Contains('.') ? known[..known.LastIndexOf('.')] : "")
        {
            if (ByPath.TryGetValue(known, out var field))
            {
                return field;
            }
        }

        return null;
    }

    /// <summary>A text of an engine as people read it: questions by their names instead of the members of the body, and numbers in groups.</summary>
    public static string Spoken(string text) => Digits().Replace(
        Member().Replace(text, found => At(found.Value) is { } field ? $"“{field.Label}”" : found.Value).Replace("<=", "≤", StringComparison.Ordinal).Replace(">=", "≥", StringComparison.Ordinal),
        found => decimal.TryParse(found.Value, CultureInfo.InvariantCulture, out var number) ? number.ToString("#,0", CultureInfo.InvariantCulture) : found.Value);

    /// <summary>The id of the input that answers a question.</summary>
    public static string IdOf(string path) => $"f-{path.Replace('.', '-').Replace('[', '-').Replace("]", "")}";

    /// <summary>A word of prose has neither a dot nor a capital within.</summary>
    [GeneratedRegex(@"\b[a-z]+(?:[A-Z][A-Za-z0-9]*)?(?:\.[a-z][A-Za-z0-9]*)+\b|\b[a-z]+[A-Z][A-Za-z0-9]*\b")]
    private static partial Regex Member();

    [GeneratedRegex(@"(?<![\w.-])\d{5,15}(?!\w)")]
    private static partial Regex Digits();
}
