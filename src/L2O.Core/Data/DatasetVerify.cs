using L2O.Errors;
using L2O.Storage;

namespace L2O.Data;

/// <summary>What became of a published file.</summary>
public enum FileState
{
    /// <summary>The published bytes.</summary>
    Ok,

    /// <summary>Not there.</summary>
    Missing,

    /// <summary>There, but loading it fails.</summary>
    Damaged,

    /// <summary>Readable, but not the published bytes, as far as their checksums are known.</summary>
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
            return new(name, IsPublished(file, found) ? FileState.Ok : FileState.Unpublished, "");
        }
        catch (DatasetException e)
        {
            return new(name, FileState.Damaged, e.Message);
        }
    }

    // A file may have been packed again: the same content in other gzip bytes is as good. Only called on files that
    // were read whole, so that what unpacks here has the size that its header promises.
    private static bool IsPublished(PublishedFile file, DataFile found) =>
        file.Sha256.Contains(found.Read(Sha256.Of))
        || file.Sha256.Contains(found.Read(stream => Sha256.Of(IdxFile.Unpacked(stream))));
}
