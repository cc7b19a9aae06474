namespace L2O.Configs;

/// <summary>Finds what varies in an entry, guided by the types of its keys.</summary>
internal sealed class VariantAxes(Kinds kinds)
{
    private const string Choice = "choice";

    internal IEnumerable<Axis> In(ConfigType type, ConfigNode node) => In(type, node, []);

    /// <summary>The entry as it would be written for one variant.</summary>
    internal static ConfigNode Chosen(ConfigNode entry, Axis[] axes, int[] at) =>
        axes.Zip(at).Aggregate(entry, (tree, pick) => tree.With(pick.First.Path, pick.First.Nodes[pick.Second]));

    /// <summary>What sets one variant apart.</summary>
    internal static string Label(Axis[] axes, int[] at) => VariantLabel.Of([.. axes.Zip(at)]);

    private IEnumerable<Axis> In(ConfigType type, ConfigNode node, string[] path) => node switch
    {
        MapNode { Entries: [{ Key: Choice, Value: SequenceNode choice }] } => [new(path, [.. choice.Items.Select(item => Resolved(type, item))], isList: false)],
        SequenceNode list when type.IsNumber => [new(path, list.Items, isList: true)],
        SequenceNode list when type.Item is { } item =>
            list.Items.SelectMany((value, i) => In(item, value, [.. path, $"{i}"])),
        MapNode map when type.IsUnion && Record(type, map) is { } record => InRecord(record, map, path),
        MapNode map when !type.IsUnion && !type.IsScalar && type.Item is null => InRecord(type.Clr, map, path),
        _ => [],
    };

    private IEnumerable<Axis> InRecord(Type record, MapNode map, string[] path)
    {
        var keys = ConfigKey.Of(record);
        return keys.SelectMany(key => key switch
        {
            { IsInline: true } => In(key.Type, ConfigKey.InlineOf(map, keys), path),
            _ => map.Child(key.Name) is { } value ? In(key.Type, value, [.. path, key.Name]) : [],
        });
    }

    // Labels and what is written down mean the same everywhere; what is wrong with a path is told where it is bound.
    private ConfigNode Resolved(ConfigType type, ConfigNode node) => node switch
    {
        ScalarNode scalar when type.IsFile && ConfigScalar.FullPath(scalar, type.File, out _) is { } full =>
            scalar with { Text = full, IsQuoted = true },
        MapNode map when type.IsUnion && Record(type, map) is { } record => ConfigKey.Of(record).Aggregate(
            (ConfigNode)map, (tree, key) => map.Child(key.Name) is { } value ? tree.With([key.Name], Resolved(key.Type, value)) : tree),
        _ => node,
    };

    private Type? Record(ConfigType type, MapNode map) =>
        map.Child("kind") is ScalarNode kind ? type.Known(kinds).GetValueOrDefault(kind.Text) : null;
}
