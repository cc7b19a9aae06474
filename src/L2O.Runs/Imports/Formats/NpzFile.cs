using System.IO.Compression;
using L2O.Storage;

namespace L2O.Imports.Formats;

/// <summary>Named arrays in a zip archive, as numpy.savez and numpy.savez_compressed write them.</summary>
internal static class NpzFile
{
    private const string Extension = ".npy";

    /// <summary>Whether bytes begin as a zip archive does, or an empty one.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("PK\u0003\u0004"u8) || bytes.StartsWith("PK\u0005\u0006"u8);

    /// <param name="bytes">Of the file.</param>
    /// <param name="mostBytes">How much all arrays are unpacked to at most.</param>
    /// <exception cref="InvalidDataException">It holds something else, or is damaged.</exception>
    internal static IReadOnlyDictionary<string, ForeignArray> Read(byte[] bytes, int mostBytes)
    {
        ArrayTable table = new(mostBytes);
        var left = mostBytes;
        using ZipArchive archive = new(new MemoryStream(bytes, writable: false));
        foreach (var entry in archive.Entries)
        {
            if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"has {entry.FullName}, expected names that end in {Extension}");
            }

            var name = ArrayTable.Join("", entry.FullName[..^Extension.Length]);
            var content = Unpacked(entry, name, left);
            left -= content.Length;
            NpyArray.Read(name, content, table);
        }

        return table.Arrays;
    }

    private static byte[] Unpacked(ZipArchiveEntry entry, string name, int mostBytes)
    {
        if (entry.Length < 0 || entry.Length > mostBytes)
        {
            throw new InvalidDataException($"has {name} of {entry.Length} bytes unpacked, where {mostBytes} are left for it");
        }

        using var stream = entry.Open();
        var (content, fault) = BoundedRead.AtMost(stream, (int)entry.Length);
        return fault is null && content.Length == entry.Length && Crc32.Append(0, content) == entry.Crc32
            ? content
            : throw new InvalidDataException($"has {name} whose bytes are not those that were packed", fault);
    }
}
