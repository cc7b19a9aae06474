using System.Security.Cryptography;

namespace L2O.Storage;

/// <summary>SHA-256 checksums in the form that publishers use.</summary>
internal static class Sha256
{
    /// <summary>The checksum of the rest of a stream, in lower-case hexadecimal digits.</summary>
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));
}
