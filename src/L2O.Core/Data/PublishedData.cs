using L2O.Storage;
using L2O.Tensors;

namespace L2O.Data;

/// <summary>A set's files as their authors publish them.</summary>
/// <param name="Folder">Of the set, in the data directory.</param>
/// <param name="Files">The files that loading reads.</param>
/// <param name="Downloads">What is downloaded: the files themselves, or an archive of them.</param>
public sealed record PublishedData(
    string Folder, IReadOnlyList<PublishedFile> Files, IReadOnlyList<Download> Downloads);

/// <summary>One file that loading reads.</summary>
/// <param name="Name">In the set's folder.</param>
/// <param name="Sha256">Of the published file and, if it is compressed and this is known, of its content.</param>
/// <param name="Check">Reads the whole file; throws a DatasetException if it is damaged.</param>
public sealed record PublishedFile(string Name, IReadOnlyList<string> Sha256, Action<DataFile> Check)
{
    /// <summary>Whether a file has the published bytes or, packed otherwise, the published content.</summary>
    /// <param name="found">The file; damaged content is not published.</param>
    /// <param name="storedSha256">Of its bytes: only where these are others is the content looked at.</param>
    internal bool IsPublished(DataFile found, string storedSha256) => Sha256.Contains(storedSha256)
        || found.Read(stream => GunzipStream.IsGzip(stream) && IsPublishedContent(IdxFile.Unpacked(stream)));

    private bool IsPublishedContent(Stream content)
    {
        try
        {
            return Storage.Sha256.OfAtMost(IdxFile.LargestContent, content) is { } sha256 && Sha256.Contains(sha256);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}

/// <summary>One file on the network.</summary>
/// <param name="Name">Follows a mirror's address.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Of the bytes, in lower-case hexadecimal digits.</param>
/// <param name="Mirrors">Addresses that end in '/', best first.</param>
public sealed record Download(string Name, long Size, string Sha256, IReadOnlyList<string> Mirrors)
{
    /// <summary>Whether it is an archive of the set's files rather than one of them.</summary>
    public bool IsArchive => Name.EndsWith(".tar.gz", StringComparison.Ordinal);
}

/// <summary>A data set that configs can name.</summary>
/// <param name="Name">As configs spell it.</param>
/// <param name="Summary">What it holds, in one sentence.</param>
/// <param name="Published">Its files; null if it is generated in process.</param>
/// <param name="Load">Reads or generates it; the caller owns the result.</param>
public sealed record DatasetKind(
    string Name, string Summary, PublishedData? Published, Func<DataDirectory, TensorOptions, Dataset> Load)
{
    /// <summary>Whether all files exist, intact or not.</summary>
    public bool IsPresent(DataDirectory directory) =>
        Published is null || Published.Files.All(file => directory.Locate(Published.Folder, file.Name) is not null);
}
