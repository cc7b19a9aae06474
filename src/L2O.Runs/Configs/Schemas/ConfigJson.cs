using System.Globalization;
using System.Text.Json.Nodes;

namespace L2O.Configs.Schemas;

/// <summary>Config nodes as JSON, as editors see them that check YAML against a JSON Schema.</summary>
internal static class ConfigJson
{
    /// <summary>The same value; a number that JSON lacks (.inf, .nan) is its text.</summary>
    internal static JsonNode? Of(ConfigNode node) => node switch
    {
        MapNode map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key, Of(entry.Value)))),
        SequenceNode list => new JsonArray([.. list.Items.Select(Of)]),
        ScalarNode { IsNull: true } => null,
        ScalarNode { IsQuoted: false, Text: "true" or "false" } truth => truth.Text == "true",
        ScalarNode { IsQuoted: false } number when long.TryParse(
            number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        ScalarNode { IsQuoted: false } number when ConfigScalar.Number(number.Text) is { } real && double.IsFinite(real) => real,
        ScalarNode text => text.Text,
        _ => throw new ArgumentException($"{node.GetType()} is no config node", nameof(node)),
    };
}
