namespace L2O.Configs;

/// <summary>A part of a config that is kept as written, because what it may be depends on other files: a name or a map.</summary>
public sealed class ConfigPart
{
    internal ConfigPart(ConfigNode node) => Node = node;

    internal ConfigNode Node { get; }
}

/// <summary>The same, of a map.</summary>
public sealed class ConfigMap
{
    internal ConfigMap(MapNode node) => Node = node;

    /// <summary>One without keys.</summary>
    public static ConfigMap Empty { get; } = new(new MapNode(default, []));

    internal MapNode Node { get; }
}
