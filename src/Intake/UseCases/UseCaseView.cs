using Governance.Contracts;
using Governance.ServiceDefaults;

namespace Governance.Intake.UseCases;

/// <summary>A case as its owners, reviewers and auditors see it.</summary>
public sealed record UseCaseView(
    Guid Id,
    string Number,
    int Revision,
    Stage Status,
    DateTimeOffset SubmittedAt,
    DateTimeOffset UpdatedAt,
    UseCaseFacts Facts,
    UseCaseLinks Links)
{
    public static UseCaseView Of(UseCase useCase) => new(
        useCase.Id,
        useCase.Number,
        useCase.Revision,
        useCase.Stage,
        useCase.SubmittedAt,
        useCase.UpdatedAt,
        useCase.Facts,
        UseCaseLinks.Of(useCase.Id));

    public static Reply Accepted(int status, Guid id, string number, int revision, Stage stage) => new(
        status,
        new UseCaseReceipt(id, number, revision, stage),
        status == StatusCodes.Status201Created ? $"/api/use-cases/{id}" : null,
        $"\"r{revision}\"");

    /// <summary>A case of another unit is not there at all.</summary>
    public static void RequireOwned(UseCase? useCase, Caller caller)
    {
        if (useCase is not { Exists: true } || !caller.Owns(useCase.Facts.BusinessUnit))
        {
            throw new NotFoundException("There is no such use case among those you may see.");
        }
    }
}

public sealed record UseCaseReceipt(Guid Id, string Number, int Revision, Stage Status);

public sealed record UseCaseLinks(string Self, string Readiness, string Forecast, string Assessment, string Review, string Audit)
{
    public static UseCaseLinks Of(Guid id) => new(
        $"/api/use-cases/{id}",
        $"/api/use-cases/{id}/readiness",
        $"/api/use-cases/{id}/forecast",
        $"/api/use-cases/{id}/assessment",
        $"/api/reviews/{id}",
        $"/api/audit/use-cases/{id}");
}
