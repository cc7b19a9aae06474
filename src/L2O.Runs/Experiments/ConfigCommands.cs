using L2O.Configs;
using L2O.Errors;
using L2O.Options;
using L2O.Registration;

namespace L2O.Experiments;

/// <summary>Which commands can run a config, told by the keys at its root.</summary>
public static class ConfigCommands
{
    private static readonly Command[] All =
        [Of<TrainConfig>("train"), Of<EvaluateConfig>("evaluate"), Of<AnalyzeConfig>("analyze"), Of<SweepConfig>("sweep")];

    /// <summary>Reads a config for the command that runs configs of this type.</summary>
    /// <exception cref="ConfigException">It has problems, or another command runs it.</exception>
    public static T Read<T>(ConfigSource source)
        where T : IOptions
    {
        var commands = For(ConfigReader.KeysOf(source));
        return commands.Length == 0 || commands.Any(command => command.Config == typeof(T))
            ? ConfigReader.Read<T>(source, Registry.Kinds)
            : throw new ConfigException($"{source.Name}: is {Description(commands)}; run it by "
                + string.Join(" or ", commands.Select(command => command.RunBy)));
    }

    /// <summary>Whether a config is a sweep.</summary>
    public static bool IsSweep(ConfigSource source) =>
        For(ConfigReader.KeysOf(source)) is [{ Config: var config }] && config == typeof(SweepConfig);

    /// <summary>Reads a config for each command that can run it.</summary>
    /// <returns>What it is: "a train config".</returns>
    /// <exception cref="ConfigException">It has problems, or its keys tell no command.</exception>
    public static string Check(ConfigSource source)
    {
        var keys = ConfigReader.KeysOf(source);
        var commands = For(keys);
        if (commands.Length == 0)
        {
            var told = keys.Select(KnowersOf).Where(knowers => knowers.Length < All.Length).SelectMany(knowers => knowers).Distinct().Count();
            var telling = keys.Where(key => KnowersOf(key) is { Length: > 0 } knowers && knowers.Length < told)
                .Select(key => $"`{key}` ({Names(KnowersOf(key))})");
            throw new ConfigException(
                $"{source.Name}: has keys that go into no config together: {string.Join(", ", telling)}; keep those of one");
        }

        if (commands.Length == All.Length)
        {
            throw new ConfigException(
                $"{source.Name}: give `optimizer`, for a train config, `optimizers`, for an evaluate or analyze config, or `train`, for a sweep");
        }

        foreach (var command in commands)
        {
            command.Check(source);
        }

        return Description(commands);
    }

    // A key that no command knows is a slip, and tells nothing.
    private static Command[] For(IReadOnlyList<string> keys) => keys.Select(KnowersOf)
        .Where(knowers => knowers.Length > 0)
        .Aggregate(All, (left, knowers) => [.. left.Intersect(knowers)]);

    private static Command[] KnowersOf(string key) =>
        [.. All.Where(command => ConfigKey.Of(command.Config).Any(known => known.Name == key))];

    private static string Description(Command[] commands) =>
        $"{(commands[0].Name is "train" or "sweep" ? "a" : "an")} {Names(commands)} config";

    private static string Names(Command[] commands) => string.Join(" or ", commands.Select(command => command.Name));

    private static Command Of<T>(string name)
        where T : IOptions =>
        new(name, typeof(T), source => ConfigReader.Read<T>(source, Registry.Kinds));

    private sealed record Command(string Name, Type Config, Action<ConfigSource> Check)
    {
        internal string RunBy => Config == typeof(SweepConfig) ? "scripts/sweep.sh" : $"l2o {Name}";
    }
}
