using System.Text.Encodings.Web;
using System.Text.Json;
using L2O.Errors;

namespace L2O.Storage;

/// <summary>Reads and writes the JSON of a safetensors header; anything outside the format is an error.</summary>
internal static class SafetensorsJson
{
    internal const string MetadataKey = "__metadata__";

    private const int Alignment = 8;

    // The format has three levels, and libtorch iterates over 64 dimensions at most.
    private const int DeepestJson = 3;
    private const int MostDimensions = 64;

    private static readonly JsonDocumentOptions _reading = new() { MaxDepth = DeepestJson, AllowDuplicateProperties = false };

    // No HTML escapes: people read the header too, and it is never embedded in HTML.
    private static readonly JsonWriterOptions _writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text of a header, padded with spaces so that the data is aligned.</summary>
    internal static byte[] Bytes(IReadOnlyList<SafetensorsEntry> entries, SortedDictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, _writing))
        {
            json.WriteStartObject();
            json.WriteStartObject(MetadataKey);
            foreach (var (key, value) in metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            foreach (var entry in entries)
            {
                Write(json, entry);
            }

            json.WriteEndObject();
        }

        while (stream.Length % Alignment != 0)
        {
            stream.WriteByte((byte)' ');
        }

        return stream.ToArray();
    }

    /// <summary>Parses the text of a header, without comparing it with the file.</summary>
    /// <exception cref="JsonException">The text is no JSON, nested too deeply, or names something twice.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no text.</exception>
    /// <exception cref="CheckpointException">The JSON describes no tensors.</exception>
    internal static SafetensorsHeader Parse(byte[] json, string name)
    {
        using var document = JsonDocument.Parse(json, _reading);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw SafetensorsHeader.Damaged(name, "has a header that is no JSON object");
        }

        List<SafetensorsEntry> entries = [];
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.NameEquals(MetadataKey))
            {
                ReadMetadata(property.Value, metadata, name);
            }
            else
            {
                entries.Add(ReadEntry(property, name));
            }
        }

        return new(entries, metadata);
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw SafetensorsHeader.Damaged(name, "has metadata that is no JSON object");
        }

        foreach (var property in element.EnumerateObject())
        {
            metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString() ?? ""
                : throw SafetensorsHeader.Damaged(name, $"has metadata {property.Name} that is no text");
        }
    }

    private static SafetensorsEntry ReadEntry(JsonProperty property, string name)
    {
        var entry = property.Value;
        if (entry.ValueKind != JsonValueKind.Object
            || !entry.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !entry.TryGetProperty("shape", out var shape) || Integers(shape) is not { } sizes
            || !entry.TryGetProperty("data_offsets", out var offsets) || Integers(offsets) is not [var begin, var end]
            || entry.GetPropertyCount() != 3)
        {
            throw SafetensorsHeader.Damaged(name, $"{property.Name} lacks one of dtype, shape and data_offsets, or has more");
        }

        if (SafetensorsType.Of(type.GetString()) is not { } known)
        {
            throw new CheckpointException(
                $"{name}: {property.Name} is {type.GetString()}; convert it to one of {SafetensorsType.Known}");
        }

        return sizes.Length <= MostDimensions
            ? new(property.Name, known, sizes, begin, end)
            : throw SafetensorsHeader.Damaged(name, $"{property.Name} has {sizes.Length} dimensions");
    }

    // Never negative: the format has no negative sizes or offsets.
    private static long[]? Integers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<long> values = [];
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out var value) || value < 0)
            {
                return null;
            }

            values.Add(value);
        }

        return [.. values];
    }

    private static void Write(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", SafetensorsType.Name(entry.Type));
        WriteArray(json, "shape", entry.Shape);
        WriteArray(json, "data_offsets", [entry.Begin, entry.End]);
        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, long[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
