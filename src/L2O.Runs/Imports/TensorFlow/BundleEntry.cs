using L2O.Imports.Formats;

namespace L2O.Imports.TensorFlow;

/// <summary>What a checkpoint's index says of one tensor (BundleEntryProto).</summary>
internal sealed record BundleEntry(string Type, long[] Shape, ulong Offset, ulong Size, ulong Checksum)
{
    private const string Text = "string";

    /// <summary>Whether it holds texts, whose checksum is of something else.</summary>
    internal bool IsText => Type == Text;

    /// <exception cref="InvalidDataException">It is no such message, or of a tensor in pieces.</exception>
    internal static BundleEntry Parse(string name, ReadOnlyMemory<byte> message)
    {
        BundleEntry entry = new(TypeOf(0), [], 0, 0, 0);
        foreach (var field in ProtocolFields.Of(message))
        {
            entry = field.Number switch
            {
                1 => entry with { Type = TypeOf(field.Value) },
                2 => entry with { Shape = ShapeOf(field.Bytes) },
                4 => entry with { Offset = field.Value },
                5 => entry with { Size = field.Value },
                6 => entry with { Checksum = field.Value },
                3 or 7 => throw new InvalidDataException($"has {name} in pieces, expected it whole in one file"),
                _ => entry,
            };
        }

        return entry;
    }

    // TensorFlow's DataType.
    private static string TypeOf(ulong number) => number switch
    {
        1 => ForeignArray.Single,
        2 => ForeignArray.Double,
        3 => "int32",
        7 => Text,
        9 => "int64",
        14 => "bfloat16",
        19 => "float16",
        _ => $"TensorFlow's type {number}",
    };

    private static long[] ShapeOf(ReadOnlyMemory<byte> message) =>
    [
        .. ProtocolFields.Of(message).Where(dimension => dimension.Number == 2)
            .Select(dimension => (long)ProtocolFields.Of(dimension.Bytes).FirstOrDefault(size => size.Number == 1).Value),
    ];
}
