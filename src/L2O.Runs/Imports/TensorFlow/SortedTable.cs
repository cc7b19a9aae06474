using L2O.Imports.Formats;

namespace L2O.Imports.TensorFlow;

/// <summary>A table of LevelDB, which is what a checkpoint's .index is: sorted keys and values in blocks, and a footer that says where.</summary>
internal static class SortedTable
{
    private const ulong Magic = 0xDB4775248B80FB57;
    private const int MagicSize = sizeof(ulong);
    private const int FooterSize = 48;

    /// <summary>Whether bytes end as a table does.</summary>
    internal static bool IsOne(ReadOnlyMemory<byte> bytes) =>
        bytes.Length >= FooterSize && new ByteCursor(bytes[^MagicSize..]).LittleEndian(MagicSize) == Magic;

    /// <summary>Keys and values in order.</summary>
    /// <param name="bytes">Of a file that <see cref="IsOne"/>.</param>
    /// <exception cref="InvalidDataException">It is damaged, or its blocks are compressed.</exception>
    internal static IEnumerable<(string Key, ReadOnlyMemory<byte> Value)> Read(ReadOnlyMemory<byte> bytes)
    {
        ByteCursor footer = new(bytes[^FooterSize..]);
        _ = BlockHandle.Read(footer);
        var blocks = bytes[..^FooterSize];
        var (read, last) = (0UL, "");
        foreach (var (_, place) in TableBlock.Entries(BlockHandle.Read(footer).In(blocks)))
        {
            var handle = BlockHandle.Read(new(place));
            if (handle.Offset < read)
            {
                throw new InvalidDataException("has blocks that overlap");
            }

            var content = handle.In(blocks);
            read = handle.Offset + handle.Size;
            foreach (var entry in TableBlock.Entries(content))
            {
                if (string.CompareOrdinal(entry.Key, last) < 0)
                {
                    throw new InvalidDataException("has keys out of order");
                }

                last = entry.Key;
                yield return entry;
            }
        }
    }
}
