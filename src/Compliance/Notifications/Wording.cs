using System.Globalization;
using Governance.ServiceDefaults;
using NodaTime;

namespace Governance.Compliance.Notifications;

/// <summary>The English sentence of a notice, from its codes alone.</summary>
public static class Wording
{
    public static string Of(NoticeKind kind, NoticeFacts facts, DateTimeZone zone) => kind switch
    {
        NoticeKind.SignOffNeeded => $"{Case(facts)} needs a sign-off of {Queues(facts)}{Tier(facts)}{Due(facts, zone)}.",
        NoticeKind.SignOffDue => $"{Case(facts)} still waits for a sign-off of {Queues(facts)}{Due(facts, zone)}.",
        NoticeKind.Escalated => $"Nobody has answered for {Queues(facts)} on {Case(facts)} in time{Due(facts, zone)}.",
        NoticeKind.SignOffVoided => $"Your sign-off on {Case(facts)} counts no longer: {string.Join(", ", facts.Because ?? [])}.",
        NoticeKind.ChangesRequested => $"Changes were requested on {Case(facts)} by {Queues(facts)}.",
        NoticeKind.Approved => $"{Case(facts)} is approved{Until(facts, zone)}.",
        NoticeKind.Rejected => $"{Case(facts)} is rejected.",
        NoticeKind.ReviewAgain => $"The approval of {Case(facts)} runs out; its next review is open.",
        NoticeKind.ConditionDue => $"A condition of {Case(facts)} is not met yet{Due(facts, zone)}.",
        NoticeKind.EvidenceGiven => $"There is evidence for a condition of {Case(facts)} to look at.",
        NoticeKind.EvidenceRefused => $"The evidence for a condition of {Case(facts)} was not accepted.",
        NoticeKind.ApprovalSuspended => $"The approval of {Case(facts)} is suspended: a condition was not met in time.",
        NoticeKind.ApprovalResumed => $"The approval of {Case(facts)} holds again.",
        NoticeKind.ApprovalExpired => $"The approval of {Case(facts)} has expired.",
        _ => $"A delegation for {Queues(facts)} concerns you{Until(facts, zone)}.",
    };

    private static string Case(NoticeFacts facts) => facts.Number is { Length: > 0 } number ? number : "a use case";

    private static string Queues(NoticeFacts facts) => facts.Queues is { Count: > 0 } queues ? string.Join(" or ", queues.Select(Choice.NameOf)) : "its reviewers";

    private static string Tier(NoticeFacts facts) => facts.Tier is { } tier ? $" ({Choice.NameOf(tier)} risk)" : "";

    private static string Due(NoticeFacts facts, DateTimeZone zone) => facts.DueAt is { } due ? $", due {Local(due, zone)}" : "";

    private static string Until(NoticeFacts facts, DateTimeZone zone) => facts.DueAt is { } until ? $" until {Local(until, zone)}" : "";

    private static string Local(DateTimeOffset moment, DateTimeZone zone) =>
        Instant.FromDateTimeOffset(moment).InZone(zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + $" ({zone.Id})";
}
