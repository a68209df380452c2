namespace Governance.ServiceDefaults;

/// <summary>
/// Every version of one engine that ever decided, oldest first. The last one decides what is new; a recorded decision is made again by
/// the one it names, for as long as the platform lives (docs/adr/0006).
/// </summary>
public sealed class EngineVersions<TEngine>(params IReadOnlyList<(string Version, TEngine Decide)> versions) where TEngine : Delegate
{
    public IReadOnlyList<string> Known { get; } = [.. versions.Select(v => v.Version)];

    /// <exception cref="UnknownEngineException">This build does not have that engine.</exception>
    public TEngine Of(string version)
    {
        foreach (var known in versions)
        {
            if (known.Version == version)
            {
                return known.Decide;
            }
        }

        throw new UnknownEngineException(version, Known);
    }
}

/// <summary>A recorded decision that this build cannot make again, or makes differently: answered with 409 and the reason.</summary>
public class NotReproducibleException(string reason) : Exception(reason);

/// <summary>A decision by an engine this build does not have, such as that of a later release; a build that has it can make it again.</summary>
public sealed class UnknownEngineException(string version, IEnumerable<string> known) : NotReproducibleException(
    $"This was decided by {version}; this build has {string.Join(", ", known)}. Run a release that has {version}: it is in every later one.");
