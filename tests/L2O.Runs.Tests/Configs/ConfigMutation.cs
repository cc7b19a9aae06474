using L2O.Configs;
using L2O.Randomness;

namespace L2O.Tests.Configs;

/// <summary>Configs with something else in one or two places.</summary>
internal static class ConfigMutation
{
    private static readonly string[] Values =
    [
        "many", "1.5", "0.5", "-1", "0", "3", "true", "null", "[]", "[1, 2]", "[0.5, x]", "{}", "{choice: [1, 2]}", "{choice: []}",
        "{choice: [[3], [4]]}", "adam", "{kind: adam}", "{kind: bowl}", "{kind: none, weight: 1}", "mnist", "'3'", "relu",
    ];

    internal static ConfigNode Of(ConfigNode config, ref SplitMix64 random)
    {
        for (var edits = 1 + random.NextInt32(2); edits > 0; edits--)
        {
            string[][] paths = [.. Paths(config, [])];
            config = Edited(config, paths[random.NextInt32(paths.Length)], ref random);
        }

        return config;
    }

    private static ConfigNode Edited(ConfigNode config, string[] path, ref SplitMix64 random)
    {
        var value = ConfigParser.Parse("value", Values[random.NextInt32(Values.Length)], new()) ?? config;
        var parent = config.Deepest(path.AsSpan()[..^1]);
        return (random.NextInt32(3), parent) switch
        {
            (0, MapNode map) => config.With(path.AsSpan()[..^1], map.Without([path[^1]])),
            (1, MapNode map) => config.With(
                path.AsSpan()[..^1], map.Without([path[^1]]).WithChild($"{path[^1]}x", map.Child(path[^1]) ?? value, value.Position)),
            _ => config.With(path, value),
        };
    }

    private static IEnumerable<string[]> Paths(ConfigNode node, string[] path) => node switch
    {
        MapNode map => map.Entries.SelectMany(entry => Below(entry.Value, [.. path, entry.Key])),
        SequenceNode list => list.Items.SelectMany((item, i) => Below(item, [.. path, $"{i}"])),
        _ => [],
    };

    private static IEnumerable<string[]> Below(ConfigNode node, string[] path) => Paths(node, path).Prepend(path);
}
