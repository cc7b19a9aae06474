using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace L2O.Imports.Formats;

/// <summary>One array in NumPy's own format: a header that describes it in Python's words, then its bytes.</summary>
internal static partial class NpyArray
{
    private const int PrefixSize = 8;

    /// <summary>Adds the array that bytes hold.</summary>
    /// <exception cref="InvalidDataException">They hold something else.</exception>
    internal static void Read(string name, ReadOnlyMemory<byte> bytes, ArrayTable table)
    {
        if (bytes.Span is not [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..])
        {
            throw new InvalidDataException($"has {name} that is no NumPy array");
        }

        ByteCursor cursor = new(bytes);
        var version = cursor.Take(PrefixSize).Span[^2];
        var header = Encoding.Latin1.GetString(cursor.Take(cursor.LittleEndian(version == 1 ? 2 : 4)).Span);
        if (version is < 1 or > 3 || Header().Match(header) is not { Success: true } match)
        {
            throw new InvalidDataException($"has {name} whose header describes no plain array");
        }

        table.Add(
            name,
            NumpyType.Of(match.Groups["type"].Value),
            Sizes(name, match.Groups["shape"].Value),
            cursor.Take((ulong)cursor.Left).Span,
            isByColumn: match.Groups["order"].Value == "True");
    }

    // A tuple, which says (3,) for one size; Python 2 puts an L behind large ones.
    private static long[] Sizes(string name, string tuple) =>
    [
        .. tuple.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(size => long.TryParse(size.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new InvalidDataException($"has {name} with {size} among its sizes")),
    ];

    // As numpy writes it, keys in order. It is a literal of Python, and is matched instead of evaluated.
    [GeneratedRegex(
        """^\{\s*'descr':\s*'(?<type>[^'\\\s]{1,16})',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*\((?<shape>[0-9L, ]*)\),?\s*\}\s*$""")]
    private static partial Regex Header();
}
