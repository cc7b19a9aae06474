using System.Globalization;

namespace L2O.Configs;

/// <summary>What `--set key.path=value` changes in a config.</summary>
internal static class ConfigOverrides
{
    /// <summary>The tree with one value set; maps on the way to it are made, in place of null too, lists are not.</summary>
    internal static ConfigNode Apply(ConfigNode root, string setting, ConfigProblems problems)
    {
        var argument = $"--set {setting}";
        Position position = new(argument, 0, 0);
        var equals = setting.IndexOf('=', StringComparison.Ordinal);
        string[] path = equals < 0 ? [] : setting[..equals].Split('.');
        if (path.Length == 0 || path.Any(string.IsNullOrWhiteSpace))
        {
            problems.Add(position, "is not KEY=VALUE; write for instance --set meta.iterations=300");
            return root;
        }

        if (path[0] == ExtendedConfig.Key)
        {
            problems.Add(position, $"{ExtendedConfig.Key} is read before --set; write it in a config file");
            return root;
        }

        return ConfigParser.ParseArgument(argument, setting[(equals + 1)..], problems) is { } value
            ? Set(root, new(position, setting[..equals], value), problems)
            : root;
    }

    /// <summary>The same, with key and value as they were written elsewhere.</summary>
    internal static ConfigNode Set(ConfigNode root, MapEntry setting, ConfigProblems problems) =>
        Set(root, setting.Key.Split('.'), 0, setting, problems);

    private static ConfigNode Set(ConfigNode node, string[] path, int depth, MapEntry setting, ConfigProblems problems)
    {
        if (depth == path.Length)
        {
            return setting.Value;
        }

        var key = path[depth];
        var below = node.Child(key);
        if (below is null && node is not MapNode)
        {
            problems.Add(setting.Value.Position, $"{At(path, depth)} is {node.Shown}{Items(node)}; it has no `{key}`");
            return node;
        }

        var made = below is null or ScalarNode { IsNull: true } ? new MapNode(setting.Position, []) : below;
        return node.WithChild(key, Set(made, path, depth + 1, setting, problems), setting.Position);
    }

    private static string At(string[] path, int depth) => depth == 0 ? "the config" : string.Join('.', path[..depth]);

    private static string Items(ConfigNode node) => node is SequenceNode list
        ? string.Create(CultureInfo.InvariantCulture, $" of {list.Items.Count}, counted from 0")
        : "";
}
