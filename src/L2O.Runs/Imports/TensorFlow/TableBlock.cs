using L2O.Imports.Formats;

namespace L2O.Imports.TensorFlow;

/// <summary>Where a block of a table is: its content; behind that stand its compression and its checksum.</summary>
internal readonly record struct BlockHandle(ulong Offset, ulong Size)
{
    private const int ChecksumSize = sizeof(uint);

    internal static BlockHandle Read(ByteCursor cursor) => new(cursor.Varint(), cursor.Varint());

    /// <summary>The block's content.</summary>
    /// <exception cref="InvalidDataException">It is not there, compressed, or not what was written.</exception>
    internal ReadOnlyMemory<byte> In(ReadOnlyMemory<byte> blocks)
    {
        ByteCursor cursor = new(blocks);
        _ = cursor.Take(Offset);
        var rest = blocks[cursor.Position..];
        var content = cursor.Take(Size);
        var compression = cursor.Byte();
        if (Crc32C.Masked(rest.Span[..(content.Length + 1)]) != cursor.LittleEndian(ChecksumSize))
        {
            throw new InvalidDataException($"has a block at byte {Offset} that does not match its checksum");
        }

        return compression switch
        {
            0 => content,
            1 => throw Compressed("Snappy"),
            4 => throw Compressed("zlib"),
            _ => throw Compressed($"method {compression}"),
        };
    }

    private static InvalidDataException Compressed(string by) => new($"has blocks compressed by {by}, expected none, as TensorFlow writes them");
}

/// <summary>A block's keys and values. A key is told by how much it shares with the one before, and the rest.</summary>
internal static class TableBlock
{
    private const int NumberSize = sizeof(uint);
    private const int MostKeyBytes = 1000;

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal static IEnumerable<(string Key, ReadOnlyMemory<byte> Value)> Entries(ReadOnlyMemory<byte> block)
    {
        ByteCursor cursor = new(WithoutRestarts(block));
        byte[] key = [];
        while (cursor.Left > 0)
        {
            var (shared, more, size) = (cursor.Varint(), cursor.Varint(), cursor.Varint());
            if (shared > (ulong)key.Length || more > MostKeyBytes || shared + more > MostKeyBytes)
            {
                throw new InvalidDataException($"has a key that shares {shared} bytes of {key.Length}, or is longer than {MostKeyBytes}");
            }

            key = [.. key[..(int)shared], .. cursor.Take(more).Span];
            yield return (ByteCursor.TextOf(key), cursor.Take(size));
        }
    }

    // Numbers at the end, the last of which counts the others, say where keys are whole. Whoever reads all needs none.
    private static ReadOnlyMemory<byte> WithoutRestarts(ReadOnlyMemory<byte> block)
    {
        var count = block.Length < NumberSize ? ulong.MaxValue : new ByteCursor(block[^NumberSize..]).LittleEndian(NumberSize);
        return count <= (ulong)(block.Length / NumberSize) - 1
            ? block[..^((int)(count + 1) * NumberSize)]
            : throw new InvalidDataException($"has a block of {block.Length} bytes without the table at its end");
    }
}
