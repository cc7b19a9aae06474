using L2O.Imports.Formats;

namespace L2O.Imports.TensorFlow;

/// <summary>A field of a protocol buffer.</summary>
/// <param name="Number">Which.</param>
/// <param name="Value">Of one that is a number.</param>
/// <param name="Bytes">Of one that is bytes, or a message.</param>
internal readonly record struct ProtocolField(ulong Number, ulong Value, ReadOnlyMemory<byte> Bytes);

/// <summary>Reads protocol buffers without their description.</summary>
internal static class ProtocolFields
{
    private const int TypeBits = 3;

    /// <summary>The fields in order; one may be there several times.</summary>
    /// <exception cref="InvalidDataException">It is no protocol buffer.</exception>
    internal static IEnumerable<ProtocolField> Of(ReadOnlyMemory<byte> message)
    {
        ByteCursor cursor = new(message);
        while (cursor.Left > 0)
        {
            var tag = cursor.Varint();
            var number = tag >> TypeBits;
            yield return (tag & 7) switch
            {
                0 => new(number, cursor.Varint(), default),
                1 => new(number, cursor.LittleEndian(sizeof(ulong)), default),
                2 => new(number, 0, cursor.Take(cursor.Varint())),
                5 => new(number, cursor.LittleEndian(sizeof(uint)), default),
                var type => throw new InvalidDataException($"has a protocol buffer with a field of type {type}"),
            };
        }
    }
}
