using System.Formats.Tar;
using System.IO.Compression;
using L2O.Data;
using L2O.Errors;

namespace L2O.Downloads;

/// <summary>Unpacks a set's files, and nothing else, from its archive.</summary>
internal static class Archive
{
    // CIFAR-10's files have 31 MB each; no known data set comes near this limit.
    private const long LargestFile = 1L << 30;

    /// <summary>Replaces a set's files by those in an archive, all of them or none.</summary>
    /// <param name="archive">A .tar.gz file that holds them in a folder of the set's name.</param>
    /// <param name="folder">The set's folder.</param>
    /// <param name="names">The files.</param>
    /// <exception cref="DatasetException">The archive is damaged, or lacks a file.</exception>
    public static void Unpack(DataFile archive, string folder, IReadOnlyList<string> names)
    {
        var temporary = folder + ".part";
        try
        {
            Delete(temporary);
            Directory.CreateDirectory(temporary);
            using (var stream = File.OpenRead(archive.Path))
            {
                UnpackTo(stream, archive, temporary, Path.GetFileName(folder), names);
            }

            Replace(temporary, folder, names);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(
                $"{folder}: {Path.GetFileName(archive.Path)} cannot be unpacked there ({e.Message.TrimEnd('.')}); "
                + "check the folder and its space, and run the command again",
                e);
        }
        finally
        {
            Delete(temporary);
        }
    }

    private static void Replace(string temporary, string folder, IReadOnlyList<string> names)
    {
        Directory.CreateDirectory(folder);

        // Old files are deleted first: a kill in between leaves an incomplete set, never one mixed from two sources.
        foreach (var name in names)
        {
            File.Delete(Path.Combine(folder, name));
        }

        foreach (var name in names)
        {
            File.Move(Path.Combine(temporary, name), Path.Combine(folder, name));
        }
    }

    private static void UnpackTo(
        Stream stream, DataFile archive, string folder, string prefix, IReadOnlyList<string> names)
    {
        // Member names are compared, never used as paths: ../x or /x matches none of the expected ones.
        var wanted = names.ToDictionary(name => $"{prefix}/{name}");
        try
        {
            using var content = new GZipStream(stream, CompressionMode.Decompress);
            using var tar = new TarReader(content);
            while (wanted.Count > 0 && tar.GetNextEntry() is { } entry)
            {
                if (entry is { DataStream: { } data, EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile }
                    && data.Length <= LargestFile && wanted.Remove(entry.Name, out var name))
                {
                    using var file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew);
                    data.CopyTo(file);
                    file.Flush(flushToDisk: true);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw archive.Damaged($"is not a readable .tar.gz file ({e.Message.TrimEnd('.')})", e);
        }

        if (wanted.Count > 0)
        {
            throw archive.Damaged($"lacks {string.Join(", ", wanted.Keys)}");
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
