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
        var config = Root(source, problems) is { } root ? Bind<T>(root, kinds, problems) : default;
        problems.ThrowIfAny();
        return config ?? throw new InvalidOperationException("a config was not bound and nothing said why");
    }

    /// <summary>Binds a whole config; null with a problem added.</summary>
    internal static T? Bind<T>(MapNode root, Kinds kinds, ConfigProblems problems)
        where T : IOptions =>
        new ConfigBinder(kinds, problems).TryBind(new(typeof(T)), root, "", out var config) && config is T bound ? bound : default;

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

    /// <summary>A config's map with what it extends and what the command line changes; null with a problem added.</summary>
    internal static MapNode? Root(ConfigSource source, ConfigProblems problems) =>
        ExtendedConfig.Read(source, problems) is { } map
            ? source.Overrides.Aggregate<string, ConfigNode>(
                map, (tree, setting) => ConfigOverrides.Apply(tree, setting, problems)) as MapNode
            : null;
}
