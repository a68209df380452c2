using System.CommandLine;
using System.CommandLine.Help;
using Governance.Local;

var detach = new Option<bool>("--detach") { Description = "Return once everything is healthy and keep it running in the background." };
var follow = new Option<bool>("--follow", "-f") { Description = "Go on printing what is added." };
var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
var log = new Argument<string>("service") { Description = string.Join(", ", Logs.Names), HelpName = "SERVICE" };
log.AcceptOnlyFromAmong([.. Logs.Names]);
var arguments = new Argument<string[]>("benchmark") { Description = "Which one, and its options after --.", Arity = ArgumentArity.ZeroOrMore };
var queue = new Argument<string>("service") { Description = "The service whose failed messages are tried again.", HelpName = "SERVICE" };
queue.AcceptOnlyFromAmong([.. Layout.Services.Where(service => service.HasDatabase).Select(service => service.Name)]);

var evidence = new Option<string?>("--evidence") { Description = "A zip from the audit trail; needs neither network nor database.", HelpName = "FILE" };
var keys = new Option<string[]>("--key") { Description = "A public key of the ledger, known from elsewhere; may be repeated.", HelpName = "KEY" };

var witnesses = new Option<string[]>("--witness") { Description = "The key of a witness that must have signed as well; may be repeated.", HelpName = "KEY" };
var folder = new Argument<string>("folder") { Description = "Where the file goes.", HelpName = "FOLDER" };
var runtime = new Option<string?>("--runtime") { Description = "For another system than this one, such as linux-arm64, osx-arm64 or win-x64.", HelpName = "RID" };

var root = new Command("./governance", "Governance: LLM use cases from idea to a decision that can be defended years later.")
{
    Does("up", "Start the platform on this machine, installing what is missing.", (parsed, _) => Up.RunAsync(parsed.GetValue(detach)), detach),
    Does("down", "Stop all of it.", (_, ct) => Down.RunAsync(Layout.OfCheckout(), ct)),
    Does("status", "Show processes, queues and failed messages.", (_, ct) => Status.RunAsync(Layout.OfCheckout(), ct)),
    Does(
        "logs", "Show the log of a service.",
        (parsed, ct) => Logs.RunAsync(Layout.OfCheckout(), parsed.GetRequiredValue(log), parsed.GetValue(follow), ct), log, follow),
    Does(
        "requeue", "Give a service its failed messages again.",
        (parsed, ct) => Requeue.RunAsync(Layout.OfCheckout(), parsed.GetRequiredValue(queue), ct), queue),
    Does("reset", "Stop the platform and delete its data.", (parsed, ct) => Reset.RunAsync(Layout.OfCheckout(), parsed.GetValue(yes), ct), yes),
    Does("demo", "Carry the demo portfolio to its decisions through the public API and show them.", (_, ct) => Demo.RunAsync(Layout.OfCheckout(), ct)),
    Does("test", "Run every test.", (_, ct) => RunTests.RunAsync(ct)),
    Does("images", "Take the README's pictures of the portal again, into docs/images.", (_, ct) => TakeImages.RunAsync(ct)),
    Does(
        "verify", "Verify the ledger and make every decision again: of the running platform, or of an evidence package.",
        (parsed, ct) => Verify.RunAsync(Layout.OfCheckout(), parsed.GetValue(evidence), parsed.GetValue(keys) ?? [], parsed.GetValue(witnesses) ?? [], ct),
        evidence, keys, witnesses),
    Does(
        "publish-verifier", "Make the verifier for auditors: one file that needs no .NET.",
        (parsed, ct) => PublishVerifier.RunAsync(Layout.OfCheckout(), parsed.GetRequiredValue(folder), parsed.GetValue(runtime), ct), folder, runtime),
    Does("bench", "Run a benchmark: path, faults, engine, reviews, ledger, portal.", (parsed, ct) => Bench.RunAsync(parsed.GetValue(arguments) ?? [], ct), arguments),
};
root.Add(new HelpOption { Recursive = true });
var supervise = Does("supervise", "The background half of up --detach.", (_, _) => Up.SuperviseDetachedAsync());
supervise.Hidden = true;
root.Add(supervise);
root.Add(Does("help", "Show this.", (_, ct) => root.Parse(["--help"]).InvokeAsync(cancellationToken: ct)));

try
{
    var command = root.Parse(args is [] ? ["--help"] : args);

    if (command.Errors is [.., var mistake])
    {
        throw new ProblemException(mistake.Message.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal).TrimEnd('.') + ".", "See ./governance help.");
    }

    // What must end in order listens to signals itself; the library would answer them first and hold the others up.
    return await command.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception failure)
{
    Console.Error.WriteLine($"governance: {ProblemException.Explain(failure)}");

    return 1;
}

static Command Does(string name, string what, Func<ParseResult, CancellationToken, Task<int>> run, params Symbol[] symbols)
{
    var command = new Command(name, what);

    foreach (var symbol in symbols)
    {
        if (symbol is Option option)
        {
            command.Add(option);
        }
        else
        {
            command.Add((Argument)symbol);
        }
    }

    command.SetAction(run);

    return command;
}
