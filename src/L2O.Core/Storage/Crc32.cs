using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace L2O.Storage;

/// <summary>The checksum of gzip data (RFC 1952), eight bytes at a time (Kounavis and Berry, 2008).</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Together = 8;

    // Entry 256 k + b is the checksum's change by a byte b with k bytes behind it.
    private static readonly uint[] _changes = Changes();

    /// <summary>The checksum of what came before and more bytes behind it; that of nothing is 0.</summary>
    /// <remarks>Compiled at its best at once: a program reads its data before it would be compiled again.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static uint Append(uint before, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> changes = _changes;
        var crc = ~before;
        for (; bytes.Length >= Together; bytes = bytes[Together..])
        {
            var first = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var second = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = changes[(7 * 256) + (byte)first] ^ changes[(6 * 256) + (byte)(first >> 8)]
                ^ changes[(5 * 256) + (byte)(first >> 16)] ^ changes[(4 * 256) + (int)(first >> 24)]
                ^ changes[(3 * 256) + (byte)second] ^ changes[(2 * 256) + (byte)(second >> 8)]
                ^ changes[256 + (byte)(second >> 16)] ^ changes[(int)(second >> 24)];
        }

        foreach (var value in bytes)
        {
            crc = changes[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] Changes()
    {
        var changes = new uint[Together * 256];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = i < 256 ? OfByte((uint)i) : (changes[i - 256] >> 8) ^ changes[(byte)changes[i - 256]];
        }

        return changes;
    }

    private static uint OfByte(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ Polynomial;
        }

        return value;
    }
}
