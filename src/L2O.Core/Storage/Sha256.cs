using System.Security.Cryptography;
using System.Text;

namespace L2O.Storage;

/// <summary>SHA-256 checksums in the form that publishers use.</summary>
internal static class Sha256
{
    private const int BlockSize = 1 << 16;

    /// <summary>The checksum of the rest of a stream, in lower-case hexadecimal digits.</summary>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    /// <summary>One checksum for several of things that have names, whatever their order.</summary>
    public static string OfNamed(IEnumerable<KeyValuePair<string, string>> checksums) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(
            checksums.Select(entry => $"{entry.Value}  {entry.Key}\n").Order(StringComparer.Ordinal)))));

    /// <summary>That of the rest of a stream; null where it has more bytes than a number.</summary>
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
