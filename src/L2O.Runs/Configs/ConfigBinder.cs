using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using L2O.Options;

namespace L2O.Configs;

/// <summary>Nodes to records. What cannot be bound is added to the problems; the rest is bound all the same.</summary>
internal sealed class ConfigBinder(Kinds kinds, ConfigProblems problems)
{
    private const string Kind = "kind";
    private const int MostVariants = 1000;

    /// <summary>Binds one value; where that fails a problem has been added.</summary>
    /// <param name="type">What it must be.</param>
    /// <param name="node">As written.</param>
    /// <param name="path">Dotted, for messages; empty at the root.</param>
    /// <param name="value">Null only where the type allows it.</param>
    internal bool TryBind(ConfigType type, ConfigNode node, string path, out object? value)
    {
        value = null;
        return (node is ScalarNode { IsNull: true } && type.IsNullable) || type switch
        {
            { Variant: { } variant } => TryBindVariants(variant, node, path, out value),
            { Item: { } item } => TryBindList(item, node, path, out value),
            { IsGrid: true } => TryBindGrid(type, node, path, out value),
            { IsPart: true } => TryBindPart(type, node, path, out value),
            { IsUnion: true } => TryBindUnion(type, node, path, out value),
            { IsScalar: true } => TryBindScalar(type, node, path, out value),
            _ => TryBindRecord(type, node, path, out value),
        };
    }

    private bool TryBindScalar(ConfigType type, ConfigNode node, string path, [NotNullWhen(true)] out object? value)
    {
        value = null;
        if (node is not ScalarNode scalar || !ConfigScalar.TryRead(scalar, type.Scalar, out value))
        {
            return Fail(type, node, path, node is ScalarNode number ? ConfigScalar.Range(number, type.Scalar) : "");
        }

        return type.IsFile
            ? TryResolve(type, scalar, path, out value)
            : type.Family is null || type.Known(kinds).ContainsKey(scalar.Text) || Unknown(type.Known(kinds).Keys, type.Wanted(kinds), scalar, path);
    }

    private bool TryBindGrid(ConfigType type, ConfigNode node, string path, [NotNullWhen(true)] out object? value)
    {
        IReadOnlyList<ConfigNode> items = node is SequenceNode list ? list.Items : [node];
        var numbers = items.Select(item => item is ScalarNode { IsQuoted: false } scalar ? ConfigScalar.Number(scalar.Text) : null).ToArray();
        value = numbers.Length > 0 && numbers.All(number => number is not null) ? new Grid([.. numbers.OfType<double>()]) : null;
        return value is not null || Fail(type, node, path);
    }

    private bool TryBindPart(ConfigType type, ConfigNode node, string path, [NotNullWhen(true)] out object? value)
    {
        value = (node, type.IsMap) switch
        {
            (MapNode map, true) => new ConfigMap(map),
            (MapNode or ScalarNode { IsNull: false }, false) => new ConfigPart(node),
            _ => null,
        };
        return value is not null || Fail(type, node, path);
    }

    private bool TryResolve(ConfigType type, ScalarNode written, string path, [NotNullWhen(true)] out object? value)
    {
        value = ConfigScalar.FullPath(written, type.File, out var problem);
        if (problem is not null)
        {
            problems.Add(written.Position, $"{path} {written.Shown} {problem}");
        }

        return value is not null;
    }

    private bool TryBindList(ConfigType item, ConfigNode node, string path, [NotNullWhen(true)] out object? value)
    {
        value = null;
        IReadOnlyList<ConfigNode>? nodes = (node as SequenceNode)?.Items;
        if (item.IsFile && node is ScalarNode { IsNull: false })
        {
            nodes = [node];
        }

        if (nodes is null)
        {
            return Fail(new(item.Clr.MakeArrayType(), item.Family), node, path);
        }

        var items = Array.CreateInstance(item.Clr, nodes.Count);
        var isBound = true;
        for (var i = 0; i < items.Length; i++)
        {
            var below = node is SequenceNode ? Join(path, i.ToString(CultureInfo.InvariantCulture)) : path;
            isBound &= TryBind(item, nodes[i], below, out var bound);
            items.SetValue(bound, i);
        }

        value = items;
        return isBound;
    }

    private bool TryBindUnion(ConfigType type, ConfigNode node, string path, [NotNullWhen(true)] out object? value)
    {
        value = null;
        if (node is ScalarNode { IsNull: false } named && type.Names(kinds) is { Count: > 0 } names)
        {
            value = names.TryGetValue(named.Text, out var record) ? Activator.CreateInstance(record, named.Text) : null;
            return value is not null || Unknown(names.Keys, type.Wanted(kinds), named, path);
        }

        if (node is not MapNode map)
        {
            return Fail(type, node, path);
        }

        var known = type.KindsOf(kinds);
        var choices = string.Join(", ", known.Keys);
        switch (map.Child(Kind))
        {
            case ScalarNode kind:
                return known.TryGetValue(kind.Text, out var record)
                    ? TryBindRecord(new(record, type.Family), map.Without([Kind]), path, out value)
                    : Unknown(known.Keys, choices, kind, Join(path, Kind));
            case { } other:
                problems.Add(other.Position, $"{Join(path, Kind)} is {other.Shown}; choose {choices}");
                return false;
            default:
                problems.Add(map.Position, $"{Join(path, Kind)} is missing; choose {choices}");
                return false;
        }
    }

    private bool TryBindRecord(ConfigType type, ConfigNode node, string path, [NotNullWhen(true)] out object? value)
    {
        value = null;
        if (node is not MapNode map)
        {
            return Fail(type, node, path);
        }

        var record = ConfigKey.Defaults(type.Clr, type.Family);
        var keys = ConfigKey.Of(type.Clr);
        HashSet<string> unbound = [];
        foreach (var key in keys)
        {
            var below = key.IsInline ? ConfigKey.InlineOf(map, keys) : map.Child(key.Name);
            if (below is null && !key.IsRequired)
            {
                continue;
            }

            var name = key.IsInline ? path : Join(path, key.Name);
            if (below is not null && TryBind(key.Type, below, name, out var bound))
            {
                key.Property.SetValue(record, bound);
                continue;
            }

            unbound.Add(key.Name);
            if (below is null)
            {
                problems.Add(map.Position, $"{name} is missing; choose {key.Type.Wanted(kinds)}");
            }
        }

        AddUnknownKeys(map, keys, path);
        if (keys.Any(key => key.IsRequired && unbound.Contains(key.Name)))
        {
            return false;
        }

        AddProblems(record, map, path, unbound);
        value = record;
        return true;
    }

    private void AddUnknownKeys(MapNode map, IReadOnlyList<ConfigKey> keys, string path)
    {
        if (keys.Any(key => key.IsInline))
        {
            return;
        }

        string[] known = [.. keys.Select(key => key.Name)];
        foreach (var entry in map.Entries.Where(entry => !known.Contains(entry.Key)))
        {
            var where = path.Length == 0 ? "" : $" in {path}";
            string[] all = [.. map.KeysRead.Concat(known).Distinct()];
            var help = Nearest.To(entry.Key, all) is { } nearest
                ? $"did you mean `{nearest}`?"
                : all.Length == 0 ? "there are none here" : $"the keys are {string.Join(", ", all)}";
            var shown = new ScalarNode(default, entry.Key, IsQuoted: false).Shown;
            problems.Add(entry.Position, $"unknown key `{shown}`{where}; {help}");
        }
    }

    private void AddProblems(object record, MapNode map, string path, HashSet<string> unbound)
    {
        foreach (var problem in (record as IOptions)?.Problems() ?? [])
        {
            var keys = problem.Key.Split('.');
            if (!unbound.Contains(keys[0]))
            {
                problems.Add(map.Deepest(keys).Position, $"{Join(path, problem.Key)} {problem.Message}");
            }
        }
    }

    private bool TryBindVariants(ConfigType type, ConfigNode node, string path, [NotNullWhen(true)] out object? value)
    {
        value = null;
        Axis[] axes = [.. new VariantAxes(kinds).In(type, node)];
        foreach (var axis in axes.Where(axis => axis.Nodes.Count == 0))
        {
            problems.Add(
                node.Deepest(axis.Path).Position, $"{Join(path, axis.Key)} is an empty list; name a value or more");
        }

        var count = axes.Aggregate(1L, (product, axis) => Math.Min(product, MostVariants) * axis.Nodes.Count);
        if (count > MostVariants)
        {
            problems.Add(node.Position, $"{path} stands for more than {MostVariants} variants; name fewer values");
        }

        if (count is 0 or > MostVariants)
        {
            return false;
        }

        List<Variant<object>> all = [];
        foreach (var at in Combinations.Of(axes.Select(axis => axis.Nodes.Count)))
        {
            if (TryBind(type, VariantAxes.Chosen(node, axes, at), path, out var bound) && bound is not null)
            {
                all.Add(new(bound, at, VariantAxes.Label(axes, at)));
            }
        }

        if (all.Count < count)
        {
            return false;
        }

        value = typeof(Variants<>).MakeGenericType(type.Clr)
            .GetMethod(nameof(Variants<>.Of), BindingFlags.NonPublic | BindingFlags.Static)
            ?.Invoke(null, [axes, all]) ?? throw new InvalidOperationException($"no variants of {type.Clr}");
        return true;
    }

    private bool Unknown(IEnumerable<string> names, string wanted, ScalarNode name, string path)
    {
        var help = Nearest.To(name.Text, names) is { } nearest ? $"did you mean {nearest}? " : "";
        problems.Add(name.Position, $"{path} is {name.Shown}; {help}choose {wanted}");
        return false;
    }

    private bool Fail(ConfigType type, ConfigNode node, string path, string range = "")
    {
        var what = path.Length == 0 ? "the config" : path;
        problems.Add(node.Position, $"{what} is {node.Shown}; choose {type.Wanted(kinds)}{range}");
        return false;
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
