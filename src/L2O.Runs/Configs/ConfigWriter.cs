using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using L2O.Options;

namespace L2O.Configs;

/// <summary>Configs to YAML, complete with defaults; what is written reads back equal.</summary>
public static partial class ConfigWriter
{
    /// <summary>A whole config as YAML, one key a line.</summary>
    public static string Write(IOptions config, Kinds kinds) => Write(config, kinds, new Dictionary<string, string>());

    /// <summary>The same, with other texts in place of some.</summary>
    /// <param name="config">What to write.</param>
    /// <param name="kinds">The tables that kinds and names come from.</param>
    /// <param name="texts">For instance a file's checksum by its path.</param>
    public static string Write(IOptions config, Kinds kinds, IReadOnlyDictionary<string, string> texts)
    {
        StringBuilder text = new();
        WriteBlock(text, Replaced(Node(config, new(config.GetType()), kinds), texts), indent: 0);
        return text.ToString();
    }

    /// <summary>A property's value as YAML on one line.</summary>
    internal static string OneLine(object? value, ConfigType type, Kinds kinds) => OneLine(Node(value, type, kinds));

    /// <summary>A node as YAML on one line; numbers in their shortest form.</summary>
    internal static string OneLine(ConfigNode node) => node switch
    {
        ScalarNode leaf => Yaml(leaf),
        SequenceNode list => $"[{string.Join(", ", list.Items.Select(item => OneLine(item)))}]",
        MapNode map => $"{{{string.Join(", ", map.Entries.Select(entry =>
            $"{Yaml(new(default, entry.Key, IsQuoted: true))}: {OneLine(entry.Value)}"))}}}",
        _ => throw new ArgumentException($"{node.GetType()} is no config node"),
    };

    /// <summary>A property's value as it would be written.</summary>
    internal static ConfigNode Node(object? value, ConfigType type, Kinds kinds) => value switch
    {
        IVariants variants => WithAxes(Node(variants.First, type.Variant ?? type, kinds), variants.Axes),
        Grid { Values: [var single] } => ConfigScalar.Write(single),
        Grid grid => new SequenceNode(default, [.. grid.Values.Select(number => ConfigScalar.Write(number))]),
        ConfigPart part => part.Node,
        ConfigMap map => map.Node,
        INamedOptions named => ConfigScalar.Write(named.Name),
        IEnumerable list and not string => new SequenceNode(
            default, [.. list.Cast<object?>().Select(item => Node(item, type.Item ?? type, kinds))]),
        null or bool or int or long or double or string or Enum => ConfigScalar.Write(value),
        _ when type.IsUnion => new MapNode(
            default, [new(default, "kind", KindOf(value, type, kinds)), .. Entries(value, kinds)]),
        _ => new MapNode(default, Entries(value, kinds)),
    };

    private static List<MapEntry> Entries(object record, Kinds kinds) =>
    [
        .. ConfigKey.Of(record.GetType()).SelectMany(key => Node(key.Property.GetValue(record), key.Type, kinds) switch
        {
            MapNode map when key.IsInline => map.Entries,
            var node => [new MapEntry(default, key.Name, node)],
        }),
    ];

    private static ConfigNode Replaced(ConfigNode node, IReadOnlyDictionary<string, string> texts) => node switch
    {
        ScalarNode { IsQuoted: true } text when texts.TryGetValue(text.Text, out var other) => text with { Text = other },
        SequenceNode list => list with { Items = [.. list.Items.Select(item => Replaced(item, texts))] },
        MapNode map => map with
        {
            Entries = [.. map.Entries.Select(entry => entry with { Value = Replaced(entry.Value, texts) })],
        },
        _ => node,
    };

    private static ScalarNode KindOf(object options, ConfigType type, Kinds kinds) =>
        ConfigScalar.Write(type.Known(kinds).First(row => row.Value == options.GetType()).Key);

    private static ConfigNode WithAxes(ConfigNode first, IReadOnlyList<Axis> axes) =>
        axes.Aggregate(first, (tree, axis) =>
        {
            SequenceNode values = new(default, axis.Nodes);
            return tree.With(axis.Path, axis.IsList ? values : new MapNode(default, [new(default, "choice", values)]));
        });

    private static void WriteBlock(StringBuilder text, ConfigNode node, int indent)
    {
        // After "- " the first key stands on the same line.
        var margin = text.Length == 0 || text[^1] == '\n' ? "" : null;
        foreach (var entry in ((MapNode)node).Entries)
        {
            text.Append(margin is null ? "" : new string(' ', indent));
            text.Append(Yaml(new(default, entry.Key, IsQuoted: true))).Append(':');
            margin = "";
            switch (entry.Value)
            {
                case MapNode { Entries.Count: > 0 } map:
                    text.Append('\n');
                    WriteBlock(text, map, indent + 2);
                    break;
                case SequenceNode { Items: [MapNode { Entries.Count: > 0 }, ..] } list
                    when list.Items.All(item => item is MapNode { Entries.Count: > 0 }):
                    text.Append('\n');
                    foreach (var item in list.Items)
                    {
                        text.Append(' ', indent + 2).Append("- ");
                        WriteBlock(text, item, indent + 4);
                    }

                    break;
                default:
                    text.Append(' ').Append(OneLine(entry.Value)).Append('\n');
                    break;
            }
        }
    }

    private static string Yaml(ScalarNode scalar) => scalar switch
    {
        { IsNull: true } => "null",
        { IsQuoted: false, Text: "true" or "false" } => scalar.Text,
        { IsQuoted: false } when ConfigScalar.IsWhole(scalar.Text) => scalar.Text,
        { IsQuoted: false } when ConfigScalar.Number(scalar.Text) is { } number => ConfigScalar.Text(number),
        _ when Plain().IsMatch(scalar.Text) && !IsWord(scalar.Text) => scalar.Text,
        _ => Quoted(scalar.Text),
    };

    private static bool IsWord(string text) => text is "null" or "Null" or "NULL" or "true" or "false";

    // YAML's double quotes: every character that is not plain ASCII by its code, lone surrogates too.
    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' or '\\' => $"\\{letter}",
                >= ' ' and <= '~' => $"{letter}",
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
            });
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
