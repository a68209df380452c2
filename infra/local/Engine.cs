namespace Governance.Local;

/// <summary>A container engine that answers: docker, or podman, which speaks the same command line.</summary>
public sealed class Engine
{
    private static readonly string[] Programs = ["docker", "podman"];

    private Engine(string program) => Program = program;

    /// <summary>The full path of its command.</summary>
    internal string Program { get; }

    /// <summary>Null where none answers; a client without an engine does not count.</summary>
    public static Engine? Find() =>
        Programs.Select(Tools.Find).OfType<string>()
            .Where(program => Shell.Run(program, ["ps", "--quiet"]).ExitCode is 0)
            .Select(program => new Engine(program))
            .FirstOrDefault();

    internal void Pull(string image, Action<string> say)
    {
        if (Shell.Run(Program, ["image", "inspect", image]).ExitCode is 0)
        {
            return;
        }

        say($"Fetching {image}; this can take some minutes.");

        if (Shell.Run(Program, ["pull", "--quiet", image]) is { ExitCode: not 0 } failed)
        {
            throw new ProblemException(
                $"The image {image} could not be fetched: {failed.LastLine.TrimEnd('.')}.",
                $"Fetch it by hand ({Path.GetFileName(Program)} pull {image}) or name another in {Images.PostgresVariable} and {Images.RabbitMqVariable}.");
        }
    }

    /// <summary>Sends SIGKILL to what runs in the container; false when there is none.</summary>
    internal bool Kill(string container) => Shell.Run(Program, ["kill", "--signal", "KILL", container]).ExitCode is 0;

    /// <summary>Removes the container whatever state it is in; its data lies outside of it. None is fine, too.</summary>
    internal void Remove(string container) => Shell.Run(Program, ["rm", "--force", "--volumes", container]);

    /// <summary>Empties a folder whose files belong to users that exist in containers only.</summary>
    internal void Empty(string folder, string image) => Shell.Run(
        Program,
        ["run", "--rm", "--user", "0:0", "--volume", $"{folder}:/emptied:Z", "--entrypoint", "/bin/sh", image, "-c", "rm -rf /emptied/* /emptied/.[!.]*"]);
}

/// <summary>What containers are made of; the environment names others, for instance those of a registry at hand.</summary>
public static class Images
{
    internal const string PostgresVariable = "GOVERNANCE_POSTGRES_IMAGE", RabbitMqVariable = "GOVERNANCE_RABBITMQ_IMAGE";

    public static string Postgres => Named(PostgresVariable) ?? "docker.io/library/postgres:17-alpine";

    /// <summary>With the management plugin, which knows the queues.</summary>
    public static string RabbitMq => Named(RabbitMqVariable) ?? "docker.io/library/rabbitmq:4-management-alpine";

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } image ? image : null;
}
