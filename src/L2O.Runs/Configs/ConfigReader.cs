using L2O.Errors;
using L2O.Options;

namespace L2O.Configs;

/// <summary>
/// Configs from YAML, strictly: a key that is unknown, duplicated, missing, of the wrong type or out of range is an
/// error with file, line and column, and all of them are reported together.
/// </summary>
public static class ConfigReader
{
    /// <summary>Reads a whole config, with what it extends.</summary>
    /// <param name="source">A map at its root.</param>
    /// <param name="kinds">The tables that kinds and names come from.</param>
    /// <exception cref="ConfigException">One line for each problem.</exception>
    public static T Read<T>(ConfigSource source, Kinds kinds)
        where T : IOptions
    {
        ConfigProblems problems = new();
        var root = Root(source, problems);
        object? config = null;
        if (root is not null)
        {
            new ConfigBinder(kinds, problems).TryBind(new(typeof(T)), root, "", out config);
        }

        problems.ThrowIfAny();
        return config is T bound
            ? bound
            : throw new InvalidOperationException("a config was not bound and nothing said why");
    }

    /// <summary>The keys at the root and those of what it extends, to tell one sort of config from another.</summary>
    /// <exception cref="ConfigException">It is not YAML, or no map, or extends what cannot be read.</exception>
    public static IReadOnlyList<string> KeysOf(ConfigSource source)
    {
        ConfigProblems problems = new();
        var root = Root(source, problems);
        if (root is null)
        {
            problems.ThrowIfAny();
        }

        return root is MapNode map ? [.. map.Entries.Select(entry => entry.Key)] : [];
    }

    private static MapNode? Root(ConfigSource source, ConfigProblems problems) =>
        ExtendedConfig.Read(source, problems) is { } map
            ? source.Overrides.Aggregate<string, ConfigNode>(
                map, (tree, setting) => ConfigOverrides.Apply(tree, setting, problems)) as MapNode
            : null;
}
