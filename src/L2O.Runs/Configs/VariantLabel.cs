namespace L2O.Configs;

/// <summary>What sets a variant apart from the others of its entry: "learning_rate=0.001, beta1=0.9".</summary>
internal static class VariantLabel
{
    // It stands beside an optimizer's name on a line of 80 characters.
    private const int Longest = 60;

    // Room for one value where there is not enough for all.
    private const int LongestValue = 24;

    /// <summary>The value of each axis; empty where nothing varies.</summary>
    internal static string Of(IReadOnlyList<(Axis Axis, int At)> values) => values.Count == 0
        ? ""
        : MadeName.Of([.. values.Select(value => Word(value.Axis.Key, value.Axis.Nodes[value.At]))], ", ", Longest);

    // What stands for the whole entry has no key.
    private static MadeName.Word Word(string key, ConfigNode value) => (key, value) switch
    {
        ("", MapNode map) => new(
            string.Join(", ", map.Entries.Select(entry => $"{entry.Key}={ConfigWriter.OneLine(entry.Value)}")),
            Short(Brief(value))),
        _ => new($"{key}={ConfigWriter.OneLine(value)}", $"{key}={Short(Brief(value))}"),
    };

    // Of options the kind.
    private static string Brief(ConfigNode value) => value switch
    {
        MapNode map when map.Child("kind") is ScalarNode kind => kind.Text,
        SequenceNode list when list.Items.Any(item => item is MapNode) => string.Join('+', list.Items.Select(Brief)),
        _ => ConfigWriter.OneLine(value),
    };

    private static string Short(string text) => text.Length > LongestValue ? $"{text[..(LongestValue - 1)]}…" : text;
}
