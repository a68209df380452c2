using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Contracts;
using Governance.Costs.Forecasts;
using Governance.ServiceDefaults;
using static Governance.Costs.Tests.Forecasts.Given;

namespace Governance.Costs.Tests.Forecasts;

/// <summary>What holds for every forecast, whatever the facts and the machine.</summary>
public sealed class ForecastPropertyTests
{
    [Fact]
    public void Every_total_is_the_sum_of_its_lines_to_the_cent() =>
        AnyUseCase.Sample(facts =>
        {
            var forecast = Forecast(facts);

            foreach (var strategy in forecast.Strategies)
            {
                strategy.Upfront.ShouldBe(strategy.Lines.Sum(l => l.Upfront));
                strategy.Total.ShouldBe(strategy.Lines.Sum(l => l.Upfront + l.Monthly.Sum()));
                strategy.Lines.ShouldAllBe(l => l.Total == l.Upfront + l.Monthly.Sum());
                strategy.Lines.SelectMany(l => l.Monthly).ShouldAllBe(m => m == Math.Round(m, 2) && m >= 0);
            }
        }, iter: 500);

    /// <summary>Without a saving it never pays, even where many prompts make it the cheaper start.</summary>
    [Fact]
    public void Fine_tuning_pays_within_the_horizon_exactly_when_it_is_cheaper_over_it() =>
        AnyUseCase.Sample(facts =>
        {
            var forecast = Forecast(facts);
            var difference = forecast[StrategyKind.PromptEngineering].Total - forecast[StrategyKind.FineTuning].Total;

            if ((forecast.SavingPerRequest > 0 || (forecast.SavingPerRequest is not null && forecast.ExtraUpfront > 0))
                && Math.Abs(difference) > 0.01m)
            {
                forecast.BreakEven.WithinHorizon.ShouldBe(difference > 0);
            }
        }, iter: 500);

    [Fact]
    public void Point_values_are_those_of_the_full_forecast() =>
        Gen.Select(AnyUseCase, Gen.Int[0, 3], Gen.Decimal[0, 1], Gen.Bool).Sample((facts, parts, share, budget) =>
        {
            var asked = facts with
            {
                Budget = budget ? new() { Amount = 100_000, Currency = "CHF" } : null,
                Task = parts == 0 ? null : new()
                {
                    Components =
                    [
                        new() { Name = "One", RequestShare = share, Sensitive = parts > 1 },
                        new() { Name = "Other", RequestShare = 1 - share, SpecialisedKnowledge = parts > 2 },
                    ],
                },
            };
            var (full, quick) = (Forecast(asked), ForecastEngine.PointValues(asked, Prices, Policy));

            (quick.Currency, quick.HorizonMonths).ShouldBe((full.Currency, full.HorizonMonths));
            (quick.BreakEven.Requests, quick.BreakEven.Month, quick.BreakEven.WithinHorizon)
                .ShouldBe((full.BreakEven.Requests, full.BreakEven.Month, full.BreakEven.WithinHorizon));
            quick.Strategies.Count.ShouldBe(6);

            foreach (var cost in quick.Strategies)
            {
                var same = full[cost.Strategy, cost.Tuning, cost.Retrieval];
                (cost.Upfront, cost.Total).ShouldBe((same.Upfront, same.Total));
            }

            foreach (var part in quick.BreakEven.ByVolume ?? [])
            {
                full.BreakEven.ByVolume!.Last(band => band.FromRequestsPerMonth <= part.FromRequestsPerMonth).Outcome.ShouldBe(part.Outcome);
            }

            var plain = ForecastEngine.PointValues(asked, Prices, Policy, withRetrieval: false);
            plain.Strategies.ShouldBe(quick.Strategies.Where(cost => !cost.Retrieval));
            Canonical.Hash(plain.BreakEven).ShouldBe(Canonical.Hash(quick.BreakEven));
        }, iter: 300);

    [Fact]
    public void What_is_said_of_another_volume_is_what_a_forecast_of_it_says_to_the_request() =>
        Gen.Select(AnyUseCase, Gen.Decimal[0, 10]).Sample((facts, growth) =>
        {
            var steady = facts with { Volume = facts.Volume with { MonthlyGrowthPercent = Math.Round(growth, 1) } };
            var bands = Forecast(steady).BreakEven.ByVolume!;

            foreach (var (index, band) in bands.Index().Skip(1))
            {
                OutcomeAt(band.FromRequestsPerMonth).ShouldBe(band.Outcome, $"from {band.FromRequestsPerMonth}");
                OutcomeAt(band.FromRequestsPerMonth - 1).ShouldBe(bands[index - 1].Outcome, $"before {band.FromRequestsPerMonth}");
            }

            BreakEvenOutcome OutcomeAt(decimal requests) =>
                Forecast(steady with { Volume = steady.Volume with { RequestsPerMonth = requests } }).BreakEven switch
                {
                    { WithinHorizon: true } => BreakEvenOutcome.WithinHorizon,
                    { Month: not null } => BreakEvenOutcome.BeyondHorizon,
                    _ => BreakEvenOutcome.Never,
                };
        }, iter: 150);

    [Fact]
    public void What_is_said_of_another_fact_is_what_a_forecast_of_it_says() =>
        AnyUseCase.Sample(facts =>
        {
            var asked = facts with { Budget = new() { Amount = 250_000, Currency = "EUR" } };
            var declared = Forecast(asked);

            foreach (var fact in declared.BreakEven.ByFact!)
            {
                var changed = JsonSerializer.SerializeToNode(asked, Json.Options)!.AsObject();
                var (parent, name) = fact.Fact.Split('.') is [var outer, var inner] ? (changed[outer]!.AsObject(), inner) : (changed, fact.Fact);
                parent[name] = bool.TryParse(fact.Value, out var flag) ? flag : int.TryParse(fact.Value, out var number) ? number : fact.Value;
                var then = Forecast(changed.Deserialize<UseCaseFacts>(Json.Options)!);

                (then.BreakEven.WithinHorizon, then.BreakEven.Month is not null).ShouldBe(
                    (fact.Outcome is BreakEvenOutcome.WithinHorizon, fact.Outcome is not BreakEvenOutcome.Never), $"{fact.Fact} = {fact.Value}");
                (then[StrategyKind.FineTuning].Upfront > asked.Budget.Amount).ShouldBe(fact.TuningOverBudget!.Value, $"{fact.Fact} = {fact.Value}");
            }
        }, iter: 200);

    /// <summary>Golden case G29.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    public void G29_the_result_does_not_depend_on_the_culture(string culture)
    {
        var expected = Canonical.Hash(Forecast(PaysOff));
        var before = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Canonical.Hash(Forecast(PaysOff)).ShouldBe(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>Golden case G29.</summary>
    [Theory]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("America/Los_Angeles")]
    public void G29_the_result_does_not_depend_on_the_time_zone(string zone)
    {
        var expected = Canonical.Hash(Forecast(PaysOff));
        var before = Environment.GetEnvironmentVariable("TZ");

        try
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
            Canonical.Hash(Forecast(PaysOff)).ShouldBe(expected);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", before);
            TimeZoneInfo.ClearCachedData();
        }
    }

    /// <summary>Golden case G29: members and entries of the data turned round, as another writer might have put them.</summary>
    [Fact]
    public void G29_the_result_does_not_depend_on_the_order_of_entries()
    {
        var policy = JsonSerializer.SerializeToNode(Policy.Content, Json.Options)!;
        var turned = TurnRound(policy).Deserialize<CostPolicy>(Json.Options)!;

        Canonical.Hash(Forecast(PaysOff, turned)).ShouldBe(Canonical.Hash(Forecast(PaysOff)));
    }

    private static JsonNode TurnRound(JsonNode node) => node switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value is { } v ? TurnRound(v) : null))),
        JsonArray items => new JsonArray([.. items.Select(item => TurnRound(item!))]),
        _ => node.DeepClone(),
    };

    [Fact]
    public void A_stored_forecast_reads_back_unchanged()
    {
        var forecast = Forecast(PaysOff);
        var copy = System.Text.Json.JsonSerializer.Deserialize<Forecast>(
            System.Text.Json.JsonSerializer.Serialize(forecast, Json.Options), Json.Options);

        Canonical.Hash(copy).ShouldBe(Canonical.Hash(forecast));
    }

    [Fact]
    public void Every_assumption_names_its_source() =>
        Forecast(PaysOff).Assumptions.ShouldAllBe(a => a.Name.Length > 0 && a.Source.Length > 0);

    private static Gen<UseCaseFacts> AnyUseCase { get; } =
        from requests in Gen.Decimal[0, 100_000_000]
        from growth in Gen.Decimal[-100, 1_000].Nullable()
        from tokens in Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 10_000])
        from prompts in Gen.Int[0, 500].Nullable()
        from examples in Gen.Int[0, 1_000_000]
        from model in OneOf([.. Prices.Content.Models.Select(m => m.Id), null, "unknown"])
        from mayLeave in Gen.Bool.Nullable()
        from mayHost in Gen.Bool.Nullable()
        from change in Gen.Enum<ChangeRate>().Nullable()
        from maturity in Gen.Enum<MlOpsMaturity>().Nullable()
        from currency in OneOf("USD", "EUR", "JPY", "GBP")
        from benefit in Gen.Decimal[0, 1_000_000]
        select UseCase with
        {
            Volume = new()
            {
                RequestsPerMonth = requests,
                MonthlyGrowthPercent = growth,
                PromptTokensPerRequest = tokens.Item1,
                OutputTokensPerRequest = tokens.Item2,
            },
            PromptCount = prompts,
            Data = new() { LabelledExamples = examples, ThirdPartyTrainingAllowed = mayLeave, SelfHostingAvailable = mayHost },
            Model = new() { Base = model },
            RequirementsChange = change,
            Team = new() { MlOpsMaturity = maturity },
            Benefit = new() { Basis = BenefitBasis.Revenue, MonthlyValue = new() { Amount = benefit, Currency = currency! } },
        };

    private static Gen<string?> OneOf(params string?[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
