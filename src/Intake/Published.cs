using Governance.Contracts;
using Governance.Intake.UseCases;
using Governance.ServiceDefaults;
using JasperFx.Events;

namespace Governance.Intake;

/// <summary>Everything Intake tells the rest of the platform. What is not listed stays private.</summary>
internal static class Published
{
    public static IGovernanceEvent? Translate(IEvent e) => e.Data switch
    {
        Submitted x => new UseCaseSubmitted(e.StreamId, 1, x.Number, x.Facts),
        Revised x => new UseCaseRevised(e.StreamId, x.Revision, x.Number, x.Facts),
        Withdrawn x => new UseCaseWithdrawn(e.StreamId, x.Revision, x.Reason),
        TextsErased x => new PersonalDataErasedFrom(x.UseCaseId, x.Revision, x.ErasureId, x.Service, x.Events, x.FailedMessages),
        _ => null,
    };
}
