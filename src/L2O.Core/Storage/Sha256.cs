using System.Security.Cryptography;

namespace L2O.Storage;

/// <summary>SHA-256 checksums in the form that publishers use.</summary>
internal static class Sha256
{
    private const int BlockSize = 1 << 16;

    /// <summary>The checksum of the rest of a stream, in lower-case hexadecimal digits.</summary>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    /// <summary>The same; null where the stream has more bytes than a number.</summary>
    public static string? OfAtMost(long most, Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BlockSize];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            most -= read;
            if (most < 0)
            {
                return null;
            }

            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
