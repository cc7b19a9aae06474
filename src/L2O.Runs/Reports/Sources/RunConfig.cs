using System.Globalization;
using L2O.Configs;
using L2O.Errors;
using L2O.Runs;

namespace L2O.Reports.Sources;

/// <summary>
/// The effective config of a run as it was written, key by key: whatever version wrote it, and whatever the keys of this one are.
/// </summary>
/// <param name="File">Where it is.</param>
/// <param name="Text">YAML.</param>
/// <param name="Root">Its values.</param>
internal sealed record RunConfig(string File, string Text, ConfigNode? Root)
{
    /// <summary>The config in a run directory; one without values where there is none.</summary>
    internal static RunConfig In(string runDirectory)
    {
        var file = Path.Combine(runDirectory, RunDirectory.ConfigName);
        try
        {
            var source = ConfigSource.FromFile(file, []);
            return new(file, source.Text, ConfigParser.Parse(file, source.Text, new()));
        }
        catch (ConfigException)
        {
            return new(file, "", Root: null);
        }
    }

    /// <summary>The number at a path; null where there is none.</summary>
    internal int? Whole(params string[] path) =>
        Node(path) is ScalarNode scalar && int.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The words of the value at a path; null where it is no scalar, or null itself.</summary>
    internal string? Word(params string[] path) => Node(path) is ScalarNode { IsNull: false } scalar ? scalar.Text : null;

    /// <summary>The entries of the list at a path; none where there is no list.</summary>
    internal IReadOnlyList<ConfigNode> Entries(string key) => Node(key) is SequenceNode list ? list.Items : [];

    /// <summary>The value at a path.</summary>
    internal ConfigNode? Node(params string[] path) =>
        path.Aggregate(Root, (node, key) => node?.Child(key) is ScalarNode { IsNull: true } ? null : node?.Child(key));

    /// <summary>Every value by the path of its key; lists of plain values are one.</summary>
    internal IEnumerable<(string Key, string Value)> Values() => Root is null ? [] : Values("", Root);

    /// <summary>Every value but those under some keys at the root, as one text: the same for configs that are alike but for these.</summary>
    internal string Without(params IReadOnlyCollection<string> keys) => string.Join(
        '\n', Values().Where(value => !keys.Contains(value.Key.Split('.')[0])).Select(value => $"{value.Key}={value.Value}"));

    private static IEnumerable<(string Key, string Value)> Values(string path, ConfigNode node) => node switch
    {
        MapNode map when map.Entries.Count > 0 =>
            map.Entries.SelectMany(entry => Values(Joined(path, entry.Key), entry.Value)),
        SequenceNode list when list.Items.Any(item => item is not ScalarNode) =>
            list.Items.SelectMany((item, i) => Values(Joined(path, i.ToString(CultureInfo.InvariantCulture)), item)),
        _ => [(path, ConfigWriter.OneLine(node))],
    };

    private static string Joined(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
