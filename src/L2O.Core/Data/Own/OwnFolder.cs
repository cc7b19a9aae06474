using L2O.Errors;

namespace L2O.Data.Own;

/// <summary>What lies in folders of one's own, in the order of its names; names that begin with a dot do not count.</summary>
internal static class OwnFolder
{
    /// <summary>The files in a folder.</summary>
    /// <exception cref="DatasetException">It does not exist or cannot be read.</exception>
    internal static string[] Files(string folder, string pattern = "*") => Sorted(folder, () => Directory.EnumerateFiles(folder, pattern));

    /// <summary>The folders in a folder.</summary>
    /// <inheritdoc cref="Files"/>
    internal static string[] Folders(string folder) => Sorted(folder, () => Directory.EnumerateDirectories(folder));

    /// <summary>The one file of a pattern, packed or not; null where there is none.</summary>
    /// <exception cref="DatasetException">There are several, or the folder does not exist.</exception>
    internal static DataFile? Find(string folder, string pattern)
    {
        var all = Files(folder, pattern);
        string[] found = [.. all.Where(path => !all.Contains($"{path}.gz"))];
        return found.Length > 1
            ? throw new DatasetException($"{folder}: holds {string.Join(" and ", found.Select(Path.GetFileName))}; keep one of them there")
            : found.Select(path => new DataFile(path, Dataset: null)).FirstOrDefault();
    }

    /// <summary>Two files of which neither makes sense alone; null where there is neither.</summary>
    /// <exception cref="DatasetException">There is one of them.</exception>
    internal static (DataFile Images, DataFile Labels)? Pair(string folder, string images, string labels) =>
        (Find(folder, images), Find(folder, labels)) switch
        {
            (null, null) => null,
            ({ } found, null) => throw new DatasetException($"{found.Path}: there is no {labels} beside it; add the labels of these images"),
            (null, { } found) => throw new DatasetException($"{found.Path}: there is no {images} beside it; add the images of these labels"),
            ({ } first, { } second) => (first, second),
        };

    private static string[] Sorted(string folder, Func<IEnumerable<string>> entries)
    {
        try
        {
            return [.. entries().Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException e)
        {
            throw new DatasetException($"{folder}: no such folder; check data.path in the config", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{folder}: cannot be read ({e.Message.TrimEnd('.')}); name a folder that can by data.path", e);
        }
    }
}
