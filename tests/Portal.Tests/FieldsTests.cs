using Governance.Portal.Cases;

namespace Governance.Portal.Tests;

public sealed class FieldsTests
{
    [Theory]
    [InlineData("volume.requestsPerMonth <= 28329404", "“Requests per month” ≤ 28,329,404")]
    [InlineData("Not known: objective.primaryOutcome, latencyP95Milliseconds, budget.amount.", "Not known: “Primary outcome”, “Answer within, milliseconds (p95)”, “Budget”.")]
    [InlineData("Fine-tuning costs 93455.63 EUR more up front and 0.01892786 EUR more per request.", "Fine-tuning costs 93,455.63 EUR more up front and 0.01892786 EUR more per request.")]
    [InlineData("The budget and the title of 2026 stay; so do other.member, UC-2026-00012 and e.g. i.e.", "The budget and the title of 2026 stay; so do other.member, UC-2026-00012 and e.g. i.e.")]
    public void What_an_engine_says_names_questions_as_the_form_does(string said, string read) => Fields.Spoken(said).ShouldBe(read);
}
