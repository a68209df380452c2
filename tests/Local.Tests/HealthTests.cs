namespace Governance.Local.Tests;

public sealed class HealthTests
{
    [Theory]
    [InlineData("""{"status":"Degraded","checks":{"outbox":{"status":"Degraded"}}}""", true)]
    [InlineData("""{"status":"Healthy","checks":{"outbox":{"status":"Healthy","detail":"Degraded"}}}""", false)]
    [InlineData("Degraded", true)]
    [InlineData("Healthy", false)]
    public void A_service_is_as_well_as_the_first_word_of_its_answer(string answer, bool degraded) =>
        ServiceProcess.SaysDegraded(answer).ShouldBe(degraded);
}
