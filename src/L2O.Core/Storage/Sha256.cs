using System.Security.Cryptography;

namespace L2O.Storage;

/// <summary>Checksums as publishers write them.</summary>
internal static class Sha256
{
    /// <summary>Of all that follows in a stream, in lower-case hexadecimal digits.</summary>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));
}
