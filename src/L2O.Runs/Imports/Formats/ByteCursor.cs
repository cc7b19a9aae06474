using System.Text;

namespace L2O.Imports.Formats;

/// <summary>Reads bytes one behind the other, and none beyond their end.</summary>
internal sealed class ByteCursor(ReadOnlyMemory<byte> bytes)
{
    private const int MostVarintBits = 64;

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>How many were read.</summary>
    internal int Position { get; private set; }

    /// <summary>How many are left.</summary>
    internal int Left => bytes.Length - Position;

    internal byte Byte() => Take(1).Span[0];

    /// <summary>The next bytes, as a part of those that were given.</summary>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    internal ReadOnlyMemory<byte> Take(ulong count)
    {
        if (count > (ulong)Left)
        {
            throw new InvalidDataException($"has {Left} bytes from byte {Position} on, where {count} are announced");
        }

        Position += (int)count;
        return bytes.Slice(Position - (int)count, (int)count);
    }

    /// <summary>A whole number without sign, its lowest byte first.</summary>
    internal ulong LittleEndian(int size)
    {
        var taken = Take((ulong)size).Span;
        var value = 0UL;
        for (var i = 0; i < size; i++)
        {
            value |= (ulong)taken[i] << (8 * i);
        }

        return value;
    }

    /// <summary>A whole number without sign, its highest byte first.</summary>
    internal ulong BigEndian(int size)
    {
        var value = 0UL;
        foreach (var part in Take((ulong)size).Span)
        {
            value = (value << 8) | part;
        }

        return value;
    }

    /// <summary>A whole number in groups of seven bits, the lowest first, as protocol buffers have them.</summary>
    internal ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < MostVarintBits; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException($"has a number of more than {MostVarintBits} bits before byte {Position}");
    }

    /// <summary>The rest of a line, whose end is read too; each byte is a letter.</summary>
    internal string Line()
    {
        var length = bytes.Span[Position..].IndexOf((byte)'\n');
        var text = Encoding.Latin1.GetString(Take(length < 0 ? ulong.MaxValue : (ulong)length).Span);
        _ = Byte();
        return text;
    }

    /// <summary>So many bytes of UTF-8.</summary>
    internal string Text(ulong size) => TextOf(Take(size).Span);

    /// <summary>What bytes of UTF-8 say.</summary>
    /// <exception cref="InvalidDataException">They are something else.</exception>
    internal static string TextOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("has a text that is no UTF-8", e);
        }
    }
}
