using System.CommandLine;
using System.Globalization;
using Governance.Benchmarks;
using Governance.Platform;

var submissions = new Option<int>("--submissions") { Description = "How many submissions each sustained round sends.", DefaultValueFactory = _ => 600 };
var kills = new Option<int>("--kills") { Description = "How many processes the storm kills.", DefaultValueFactory = _ => 1_000 };
var seed = new Option<int>("--seed") { Description = "Repeats a storm's choice of victims.", DefaultValueFactory = _ => Environment.TickCount };

var path = new Command("path", "Submissions through all services to an open review, against plain Marten on the same PostgreSQL.") { submissions };
path.SetAction((parsed, ct) => PathBenchmark.RunAsync(parsed.GetValue(submissions), ct));

var cases = new Option<int>("--cases") { Description = "How many recorded cases the portfolio what-if goes through.", DefaultValueFactory = _ => 100_000 };
var engine = new Command("engine", "Assessments per second on one core, and the what-if over a recorded portfolio.") { cases };
engine.SetAction((parsed, ct) => EngineBenchmark.RunAsync(parsed.GetValue(cases), ct));

var faults = new Command("faults", "A storm of SIGKILLs over every process under load; prints what was lost, doubled or reordered. Ctrl-C ends it early, with its result.") { kills, seed };
faults.SetAction(async (parsed, ct) =>
{
    await using var platform = await RunningPlatform.StartAsync(ct);
    var report = await new Storm(platform, parsed.GetValue(seed)).RunAsync(
        (killed, _) => killed >= parsed.GetValue(kills) || ct.IsCancellationRequested, CancellationToken.None);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {parsed.GetValue(seed)}"));
    Console.WriteLine(report);

    return report.Faults.Count == 0 ? 0 : 1;
});

var open = new Option<int>("--open") { Description = "How many open reviews the full queues hold.", DefaultValueFactory = _ => 100_000 };
var reviews = new Command("reviews", "A page of a queue with its counts, and enforcement answers, through the portal.") { open };
reviews.SetAction((parsed, ct) => ReviewBenchmark.RunAsync(parsed.GetValue(open), ct));

var facts = new Option<int>("--facts") { Description = "How many facts the large ledger holds.", DefaultValueFactory = _ => 1_000_000 };
var ledger = new Command("ledger", "Facts into the signed ledger, seals of approvals, verification, proofs, the replay of a case and export, at 10,000 facts and at many.") { facts };
ledger.SetAction((parsed, ct) => LedgerBenchmark.RunAsync(parsed.GetValue(facts), ct));

var many = new Option<int>("--cases") { Description = "How many cases the large portfolio holds.", DefaultValueFactory = _ => 100_000 };
var portal = new Command("portal", "The front page of each role in a real browser, on the demo portfolio and on many cases.") { many };
portal.SetAction((parsed, ct) => PortalBenchmark.RunAsync(parsed.GetValue(many), ct));

return await new RootCommand("The benchmarks of Governance, each with its baseline measured in the same run.") { path, engine, reviews, ledger, portal, faults }
    .Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromMinutes(10) });
