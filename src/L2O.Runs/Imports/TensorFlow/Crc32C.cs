using System.Buffers.Binary;
using System.Numerics;

namespace L2O.Imports.TensorFlow;

/// <summary>The checksum of LevelDB's tables and TensorFlow's tensors: CRC-32C, masked as both store it.</summary>
internal static class Crc32C
{
    private const uint Mask = 0xA282EAD8;

    internal static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return unchecked(BitOperations.RotateRight(~crc, 15) + Mask);
    }
}
