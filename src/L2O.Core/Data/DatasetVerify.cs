using L2O.Errors;
using L2O.Storage;

namespace L2O.Data;

/// <summary>The state of a published file on disk.</summary>
public enum FileState
{
    /// <summary>Identical to the published file.</summary>
    Ok,

    /// <summary>Does not exist.</summary>
    Missing,

    /// <summary>Exists, but cannot be loaded.</summary>
    Damaged,

    /// <summary>Readable, but its checksum is none of the published ones.</summary>
    Unpublished,
}

/// <summary>One file's state.</summary>
/// <param name="Name">Folder and file in the data directory.</param>
/// <param name="State">What was found.</param>
/// <param name="Problem">What is wrong with a damaged file; else empty.</param>
public sealed record FileReport(string Name, FileState State, string Problem);

/// <summary>Compares a set's files with what its authors published.</summary>
public static class DatasetVerify
{
    /// <summary>The state of each file; empty for a set that is generated in process.</summary>
    /// <exception cref="ConfigException">The name is unknown.</exception>
    public static IReadOnlyList<FileReport> Check(string name, DataDirectory directory) =>
        Check(Datasets.Find(name), directory);

    internal static IReadOnlyList<FileReport> Check(DatasetKind kind, DataDirectory directory) =>
        kind.Published is { } published
            ? [.. published.Files.Select(file => Check(kind.Name, published.Folder, file, directory))]
            : [];

    private static FileReport Check(string dataset, string folder, PublishedFile file, DataDirectory directory)
    {
        if (directory.Locate(folder, file.Name) is not { } path)
        {
            return new($"{folder}/{file.Name}", FileState.Missing, "");
        }

        var name = $"{folder}/{Path.GetFileName(path)}";
        var found = new DataFile(path, dataset);
        try
        {
            file.Check(found);
            return new(name, file.IsPublished(found, found.Read(Sha256.Of)) ? FileState.Ok : FileState.Unpublished, "");
        }
        catch (DatasetException e)
        {
            return new(name, FileState.Damaged, e.Message);
        }
    }
}
