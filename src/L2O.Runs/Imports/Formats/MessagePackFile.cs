namespace L2O.Imports.Formats;

/// <summary>
/// Nested maps of arrays in MessagePack, as flax writes them: an array is an extension of type 1 that holds its shape, the
/// name of its type and its bytes, and a scalar is the same under type 3.
/// </summary>
internal static class MessagePackFile
{
    private const int DeepestMap = 16;
    private const int FlaxArray = 1;
    private const int FlaxScalar = 3;

    /// <summary>Whether bytes begin as a map does.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> bytes) => bytes is [0x80] or [(> 0x80 and <= 0x8F) or 0xDE or 0xDF, ..];

    /// <exception cref="InvalidDataException">It holds something else.</exception>
    internal static IReadOnlyDictionary<string, ForeignArray> Read(ReadOnlyMemory<byte> bytes)
    {
        ByteCursor cursor = new(bytes);
        ArrayTable table = new(bytes.Length);
        ReadMap(cursor, cursor.Byte(), "", 1, table);
        return cursor.Left == 0
            ? table.Arrays
            : throw new InvalidDataException($"has {cursor.Left} bytes behind its map");
    }

    private static void ReadMap(ByteCursor cursor, byte first, string path, int depth, ArrayTable table)
    {
        if (depth > DeepestMap)
        {
            throw new InvalidDataException($"has maps more than {DeepestMap} deep");
        }

        for (var left = MapCount(cursor, first); left > 0; left--)
        {
            var name = ArrayTable.Join(path, Text(cursor));
            var next = cursor.Byte();
            if (ExtensionSize(cursor, next) is { } size)
            {
                ReadArray(cursor, size, name, table);
            }
            else if (IsMap(next))
            {
                ReadMap(cursor, next, name, depth + 1, table);
            }
            else
            {
                throw new InvalidDataException($"has {name}, which is neither an array nor a map of them");
            }
        }
    }

    private static void ReadArray(ByteCursor cursor, ulong size, string name, ArrayTable table)
    {
        var type = cursor.Byte();
        if (type is not (FlaxArray or FlaxScalar))
        {
            throw new InvalidDataException($"has {name} of extension {type}, expected {FlaxArray}, an array as flax writes it");
        }

        ByteCursor content = new(cursor.Take(size));
        if (ListCount(content) != 3)
        {
            throw new InvalidDataException($"has {name} that is not made of shape, type and bytes");
        }

        var shape = new long[ListCount(content)];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = Whole(content);
        }

        table.Add(name, Text(content), shape, Bytes(content).Span);
    }

    private static bool IsMap(byte first) => first is (>= 0x80 and <= 0x8F) or 0xDE or 0xDF;

    private static ulong MapCount(ByteCursor cursor, byte first) => first switch
    {
        0xDE => cursor.BigEndian(2),
        0xDF => cursor.BigEndian(4),
        _ => first & 0x0Fu,
    };

    private static ulong? ExtensionSize(ByteCursor cursor, byte first) => first switch
    {
        >= 0xD4 and <= 0xD8 => 1u << (first - 0xD4),
        >= 0xC7 and <= 0xC9 => cursor.BigEndian(1 << (first - 0xC7)),
        _ => null,
    };

    // Lists here are shapes and what an array is made of, so a long one is damage.
    private static int ListCount(ByteCursor cursor) => cursor.Byte() switch
    {
        var first and >= 0x90 and <= 0x9F => first & 0x0F,
        var other => throw Unexpected(other, "a short list", cursor),
    };

    private static long Whole(ByteCursor cursor) => cursor.Byte() switch
    {
        var first and < 0x80 => first,
        var first and >= 0xCC and <= 0xCF => (long)cursor.BigEndian(1 << (first - 0xCC)),
        var other => throw Unexpected(other, "a size", cursor),
    };

    private static string Text(ByteCursor cursor) => cursor.Byte() switch
    {
        var first and >= 0xA0 and <= 0xBF => cursor.Text(first & 0x1Fu),
        var first and >= 0xD9 and <= 0xDB => cursor.Text(cursor.BigEndian(1 << (first - 0xD9))),
        var other => throw Unexpected(other, "a text", cursor),
    };

    private static ReadOnlyMemory<byte> Bytes(ByteCursor cursor) => cursor.Byte() switch
    {
        var first and >= 0xC4 and <= 0xC6 => cursor.Take(cursor.BigEndian(1 << (first - 0xC4))),
        var other => throw Unexpected(other, "bytes", cursor),
    };

    private static InvalidDataException Unexpected(byte found, string expected, ByteCursor cursor) =>
        new($"has 0x{found:x2} before byte {cursor.Position} of its MessagePack, expected {expected}");
}
