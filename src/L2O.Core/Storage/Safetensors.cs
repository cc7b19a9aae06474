using System.Security.Cryptography;
using L2O.Errors;
using static TorchSharp.torch;

namespace L2O.Storage;

/// <summary>Named tensors and text metadata, in the order in which they were written.</summary>
/// <param name="Tensors">On the CPU; each belongs to the scope in which it was read.</param>
/// <param name="Metadata">Names and values.</param>
public sealed record SafetensorsFile(
    IReadOnlyList<(string Name, Tensor Tensor)> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// The safetensors format (huggingface.co/docs/safetensors): a length, a JSON header, raw little-endian values. Nothing in
/// it is ever executed. Equal content gives equal bytes, and two checksums in the metadata, of the header and of the
/// data, reveal any change.
/// </summary>
public static class Safetensors
{
    // The length of a span is a 32-bit number, so larger tensors are processed in pieces.
    private const long PieceElementCount = 1 << 27;

    /// <summary>Replaces a file, durably.</summary>
    /// <inheritdoc cref="Write(Stream, IReadOnlyList{ValueTuple{string, Tensor}}, IReadOnlyDictionary{string, string})"/>
    /// <exception cref="StorageException">The file cannot be written; it stays as it was.</exception>
    public static void Write(
        string path, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata) =>
        DurableFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>As <see cref="Write(string, IReadOnlyList{ValueTuple{string, Tensor}}, IReadOnlyDictionary{string, string})"/>, and makes the folders above it.</summary>
    /// <inheritdoc cref="Write(string, IReadOnlyList{ValueTuple{string, Tensor}}, IReadOnlyDictionary{string, string})"/>
    internal static void WriteWithFolders(
        string path, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        StorageException.Guard(path, () => Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path));
        Write(path, tensors, metadata);
    }

    /// <summary>Writes tensors of float32, float64, int64 or uint8, and adds the checksums to the metadata.</summary>
    /// <exception cref="ArgumentException">A name is used twice, or a tensor has another type.</exception>
    public static void Write(
        Stream stream, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = NewDisposeScope();
        var entries = SafetensorsHeader.Arrange(tensors);
        Tensor[] values = [.. tensors.Select(tensor => tensor.Tensor.detach().cpu().contiguous().view(-1))];
        int[] order = [.. Enumerable.Range(0, entries.Count).OrderBy(i => entries[i].Begin)];

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in order.SelectMany(i => Pieces(values[i])))
        {
            hash.AppendData(piece.bytes);
        }

        stream.Write(SafetensorsHeader.Bytes(entries, metadata, Convert.ToHexStringLower(hash.GetHashAndReset())));
        foreach (var piece in order.SelectMany(i => Pieces(values[i])))
        {
            stream.Write(piece.bytes);
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="CheckpointException">The file is missing, damaged, or holds what this format does not.</exception>
    public static SafetensorsFile Read(string path) => Open(path, stream => Read(stream, path));

    /// <summary>What a file says about itself, without its tensors; these are not checked.</summary>
    /// <inheritdoc cref="Read(string)"/>
    internal static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        Open(path, stream => SafetensorsHeader.Read(stream, path).Metadata);

    /// <summary>As <see cref="Read(string)"/>, with the SHA-256 of the bytes that were read.</summary>
    /// <inheritdoc cref="Read(string)"/>
    internal static (SafetensorsFile File, string Sha256) ReadWithChecksum(string path) =>
        Open(path, stream => ReadWithChecksum(stream, path));

    /// <inheritdoc cref="ReadWithChecksum(string)"/>
    internal static (SafetensorsFile File, string Sha256) ReadWithChecksum(Stream stream, string name)
    {
        var file = Read(stream, name);
        stream.Position = 0;
        return (file, Sha256.Of(stream));
    }

    /// <summary>Reads a stream from its start to its end.</summary>
    /// <param name="stream">Must have a length.</param>
    /// <param name="name">Names the stream in errors.</param>
    /// <exception cref="CheckpointException">The content is damaged, or is something else.</exception>
    public static SafetensorsFile Read(Stream stream, string name)
    {
        using var scope = NewDisposeScope();
        var header = SafetensorsHeader.Read(stream, name);
        var values = header.Entries.Select(entry => Allocate(entry, name)).ToArray();

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var i in Enumerable.Range(0, values.Length).OrderBy(i => header.Entries[i].Begin))
        {
            foreach (var piece in Pieces(values[i].view(-1)))
            {
                stream.ReadExactly(piece.bytes);
                hash.AppendData(piece.bytes);
            }
        }

        header.CheckData(Convert.ToHexStringLower(hash.GetHashAndReset()), name);
        return new(
            [.. header.Entries.Zip(values, (entry, value) => (entry.Name, value.MoveToOuterDisposeScope()))],
            header.Metadata);
    }

    private static T Open<T>(string path, Func<FileStream, T> read)
    {
        if (Directory.Exists(path))
        {
            throw new CheckpointException($"{path}: is a directory; name a file in it");
        }

        if (!File.Exists(path))
        {
            throw new CheckpointException($"{path}: does not exist; check the path");
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(stream);
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw new CheckpointException($"{path}: cannot be read ({e.Message}); check its permissions", e);
        }
    }

    private static Tensor Allocate(SafetensorsEntry entry, string name)
    {
        try
        {
            return empty(entry.Shape, dtype: entry.Type);
        }
        catch (System.Runtime.InteropServices.ExternalException e)
        {
            throw new CheckpointException($"{name}: {entry.Name} does not fit into memory; use a machine with more", e);
        }
    }

    private static IEnumerable<Tensor> Pieces(Tensor flat)
    {
        for (var start = 0L; start < flat.numel(); start += PieceElementCount)
        {
            yield return flat.narrow(0, start, Math.Min(PieceElementCount, flat.numel() - start));
        }
    }
}
