using System.Globalization;

namespace L2O.Configs;

/// <summary>Where a value was written: a place in a file, or an argument (line 0).</summary>
internal readonly record struct Position(string Source, int Line, int Column)
{
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}

/// <summary>A value as written, of no type yet. Immutable, so that aliases and variants can share parts.</summary>
internal abstract record ConfigNode(Position Position)
{
    /// <summary>How messages show it.</summary>
    internal abstract string Shown { get; }

    /// <summary>The node at a path, or the deepest one on the way to it.</summary>
    internal ConfigNode Deepest(ReadOnlySpan<string> path) =>
        path.IsEmpty || Child(path[0]) is not { } child ? this : child.Deepest(path[1..]);

    /// <summary>The same tree with the node at an existing path replaced.</summary>
    internal ConfigNode With(ReadOnlySpan<string> path, ConfigNode value) =>
        path.IsEmpty || Child(path[0]) is not { } child ? value : WithChild(path[0], child.With(path[1..], value), value.Position);

    internal abstract ConfigNode? Child(string key);

    /// <summary>The same with one child replaced; a key that a map lacks is added as written at a place.</summary>
    internal abstract ConfigNode WithChild(string key, ConfigNode value, Position at);
}

/// <summary>Text between separators; quoted text is never a number, a truth value or null.</summary>
internal sealed record ScalarNode(Position Position, string Text, bool IsQuoted) : ConfigNode(Position)
{
    private const int LongestShown = 60;

    internal bool IsNull => !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";

    internal override string Shown
    {
        get
        {
            var line = string.Concat(Text.Select(letter => char.IsControl(letter) ? ' ' : letter));
            var start = line.Length <= LongestShown ? line : $"{line[..LongestShown]}...";
            return IsQuoted ? $"\"{start}\"" : start.Length == 0 ? "empty" : start;
        }
    }

    internal override ConfigNode? Child(string key) => null;

    internal override ConfigNode WithChild(string key, ConfigNode value, Position at) => value;
}

/// <summary>A list.</summary>
internal sealed record SequenceNode(Position Position, IReadOnlyList<ConfigNode> Items) : ConfigNode(Position)
{
    internal override string Shown => "a list";

    internal override ConfigNode? Child(string key) => Index(key) is { } index ? Items[index] : null;

    internal override ConfigNode WithChild(string key, ConfigNode value, Position at) =>
        this with { Items = [.. Items.Select((item, i) => i == Index(key) ? value : item)] };

    private int? Index(string key) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < Items.Count
            ? index
            : null;
}

/// <summary>One key of a map with its value.</summary>
internal sealed record MapEntry(Position Position, string Key, ConfigNode Value)
{
    internal MapEntry Over(MapEntry defaults) =>
        (Value, defaults.Value) is (MapNode own, MapNode others) ? this with { Value = own.Over(others) } : this;
}

/// <summary>Keys with values, in the order written.</summary>
internal sealed record MapNode(Position Position, IReadOnlyList<MapEntry> Entries) : ConfigNode(Position)
{
    private const string Kind = "kind";

    /// <summary>Keys of the same map in the file that were read already, for messages about unknown ones.</summary>
    internal IReadOnlyList<string> KeysRead { get; init; } = [];

    internal override string Shown => "a map";

    internal override ConfigNode? Child(string key) => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    internal override ConfigNode WithChild(string key, ConfigNode value, Position at) => this with
    {
        Entries = Child(key) is null
            ? [.. Entries, new(at, key, value)]
            : [.. Entries.Select(entry => entry.Key == key ? entry with { Value = value } : entry)],
    };

    /// <summary>
    /// These values over those of another map, of which maps are merged key by key and all else is replaced. A map of one kind
    /// takes nothing from a map of another.
    /// </summary>
    internal MapNode Over(MapNode defaults)
    {
        if (Child(Kind) is ScalarNode own && defaults.Child(Kind) is ScalarNode other && own.Text != other.Text)
        {
            return this;
        }

        var entries = Entries.ToDictionary(entry => entry.Key);
        var keys = defaults.Entries.Select(entry => entry.Key).ToHashSet();
        return this with
        {
            Entries =
            [
                .. defaults.Entries.Select(entry => entries.TryGetValue(entry.Key, out var over) ? over.Over(entry) : entry),
                .. Entries.Where(entry => !keys.Contains(entry.Key)),
            ],
        };
    }

    internal MapNode Without(IReadOnlyCollection<string> keys) => this with
    {
        Entries = [.. Entries.Where(entry => !keys.Contains(entry.Key))],
        KeysRead = [.. KeysRead, .. keys],
    };
}
