using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace L2O.Storage;

/// <summary>What an array in NumPy's own format says of itself before its numbers, in Python's words.</summary>
/// <param name="Type">Its numbers' order of bytes, letter and size: &lt;f4.</param>
/// <param name="IsByColumn">Whether the first index changes fastest, as in Fortran.</param>
/// <param name="Shape">Its dimensions, of any values; empty for a scalar.</param>
/// <param name="Length">Bytes before the numbers.</param>
internal sealed partial record NpyHeader(string Type, bool IsByColumn, long[] Shape, int Length)
{
    /// <summary>A header is not longer: NumPy itself reads no more than 10,000 letters of one.</summary>
    internal const int MostBytes = 1 << 16;

    private const int PrefixSize = 8;

    /// <summary>Reads the header that bytes begin with.</summary>
    /// <exception cref="InvalidDataException">They begin otherwise, in words that follow a name.</exception>
    internal static NpyHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..])
        {
            throw new InvalidDataException("is no NumPy array");
        }

        var (start, length) = bytes switch
        {
            [_, _, _, _, _, _, 1, _, var low, var high, ..] => (PrefixSize + sizeof(ushort), low | ((long)high << 8)),
            { Length: >= PrefixSize + sizeof(uint) } when bytes[6] is 2 or 3 =>
                (PrefixSize + sizeof(uint), BinaryPrimitives.ReadUInt32LittleEndian(bytes[PrefixSize..])),
            _ => (0, long.MaxValue),
        };
        if (length > bytes.Length - start || Words().Match(Encoding.Latin1.GetString(bytes.Slice(start, (int)length))) is not { Success: true } match)
        {
            throw new InvalidDataException("has a header that describes no plain array");
        }

        return new(
            match.Groups["type"].Value,
            match.Groups["order"].Value == "True",
            Sizes(match.Groups["shape"].Value),
            start + (int)length);
    }

    // A tuple, which says (3,) for one size; Python 2 puts an L behind large ones.
    private static long[] Sizes(string tuple) =>
    [
        .. tuple.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(size => long.TryParse(size.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new InvalidDataException($"has {size} among its sizes")),
    ];

    // As numpy writes it, keys in order. It is a literal of Python, and is matched instead of evaluated.
    [GeneratedRegex(
        """^\{\s*'descr':\s*'(?<type>[^'\\\s]{1,16})',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*\((?<shape>[0-9L, ]*)\),?\s*\}\s*$""")]
    private static partial Regex Words();
}
