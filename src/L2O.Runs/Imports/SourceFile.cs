using System.Security.Cryptography;
using L2O.Storage;
using L2O.Errors;

namespace L2O.Imports;

/// <summary>A file that was read.</summary>
/// <param name="Path">As the user names it.</param>
/// <param name="Bytes">All of it.</param>
internal sealed record SourceFile(string Path, byte[] Bytes)
{
    /// <summary>How much of a file is read, and unpacked of it: parameters of a learned optimizer take much less.</summary>
    internal const int MostBytes = 1 << 28;

    /// <summary>Its name without folders.</summary>
    internal string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Of its bytes.</summary>
    internal string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Bytes));

    /// <exception cref="CheckpointException">It is missing, unreadable or too large.</exception>
    internal static SourceFile Read(string path)
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
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var (bytes, _) = BoundedRead.AtMost(stream, MostBytes + 1);
            return bytes.Length <= MostBytes
                ? new(path, bytes)
                : throw new CheckpointException($"{path}: is larger than {MostBytes >> 20} MiB; is it a learned optimizer?");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); check its permissions", e);
        }
    }
}
