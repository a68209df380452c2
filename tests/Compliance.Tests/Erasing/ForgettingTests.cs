using System.Net;
using Governance.Compliance.Notifications;
using Governance.Compliance.Tests.Notifications;
using Governance.Contracts;
using Governance.ServiceDefaults;
using Governance.Testing;

namespace Governance.Compliance.Tests.Erasing;

/// <summary>What is kept about people besides events, and goes with the erasure of their account.</summary>
public sealed class ForgettingTests(NotifyingService service) : IClassFixture<NotifyingService>
{
    private static readonly string[] Kept = ["mt_doc_person.data", "mt_doc_savedviews.data", "notification_preferences.address"];

    private static readonly string[] ByAccount = ["notification where subject", "delivery where recipient"];

    [Fact]
    public async Task Everything_about_the_person_goes_and_nothing_about_anybody_else()
    {
        var zoe = await Known("Zanzibar");
        var lara = await Known("Samarkand");
        await service.OpenForLegal();
        await ShouldBeKept("Zanzibar", zoe);
        var erasure = Guid.CreateVersion7();

        await service.ShouldApplyOnce(new AccountErased(erasure, zoe.Subject));

        (await StoredTexts.Holding(service.Database, "Zanzibar")).ShouldBeEmpty();

        foreach (var table in ByAccount)
        {
            (await service.Count($"{table} = '{zoe.Subject}'")).ShouldBe(0, table);
        }

        await ShouldBeKept("Samarkand", lara);
        (await service.Announced<AccountForgotten>()).ShouldHaveSingleItem().Fact.ShouldBe(new(erasure, zoe.Subject));
    }

    [Fact]
    public async Task Whoever_signs_in_again_is_known_again()
    {
        var person = await Known("Bukhara");
        (await service.Publish(new AccountErased(Guid.CreateVersion7(), person.Subject))).Fault.ShouldBeNull();
        (await service.Count($"mt_doc_person where id = '{person.Subject}'")).ShouldBe(0);

        await service.SignIn(person);

        (await service.Count($"mt_doc_person where id = '{person.Subject}'")).ShouldBe(1);
    }

    /// <summary>A reviewer who has named a view and wants mails.</summary>
    private async Task<Person> Known(string name)
    {
        var person = new Person($"{name} Zoe", [Roles.LegalReviewer], []);
        var http = await service.SignIn(person, $"{name.ToLowerInvariant()}@example.org", new(Mail: true, Digest.Daily));
        (await http.Put("/api/reviews/views", new Dictionary<string, string> { [$"{name} cases"] = $"q={name}" })).Expect(HttpStatusCode.OK);

        return person;
    }

    private async Task ShouldBeKept(string name, Person person)
    {
        (await StoredTexts.Holding(service.Database, name)).ShouldBe(Kept.Select(column => $"public.{column}"), ignoreOrder: true);

        foreach (var table in ByAccount)
        {
            (await service.Count($"{table} = '{person.Subject}'")).ShouldBePositive(table);
        }
    }
}
