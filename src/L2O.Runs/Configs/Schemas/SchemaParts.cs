using System.Text.Json.Nodes;
using L2O.Options;

namespace L2O.Configs.Schemas;

/// <summary>What a JSON Schema is put together from.</summary>
internal static class SchemaParts
{
    /// <summary>A number of a range.</summary>
    internal static JsonObject Number(string type, NumberRange? range)
    {
        JsonObject number = new() { ["type"] = type };
        if (range is not null)
        {
            number[range.HasLeast ? "minimum" : "exclusiveMinimum"] = range.Least;
            if (range.Most is { } most)
            {
                number[range.HasMost ? "maximum" : "exclusiveMaximum"] = most;
            }
        }

        return number;
    }

    /// <summary>A list of one or more.</summary>
    internal static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items, ["minItems"] = 1 };

    /// <summary>What one of several accepts.</summary>
    internal static JsonObject AnyOf(params JsonNode[] schemas) => new() { ["anyOf"] = new JsonArray(schemas) };

    /// <summary>Words.</summary>
    internal static JsonArray Texts(IEnumerable<string> texts) => [.. texts];

    /// <summary>The same, for another place: a node has one parent.</summary>
    internal static JsonObject Copy(JsonObject schema) => schema.DeepClone().AsObject();

    /// <summary>All of the first and of the second, which goes before.</summary>
    internal static JsonObject Joined(JsonObject properties, JsonObject more)
    {
        var all = Copy(properties);
        foreach (var (key, value) in more)
        {
            all[key] = value?.DeepClone();
        }

        return all;
    }
}
