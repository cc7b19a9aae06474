using System.Runtime.InteropServices;

namespace L2O.Imports.Formats;

/// <summary>The arrays of a file by name, as its reader finds them. What is wrong with one is told with its name.</summary>
/// <param name="mostBytes">How much they hold together at most, because some formats let arrays share bytes.</param>
internal sealed class ArrayTable(long mostBytes)
{
    private const int MostArrays = 10_000;
    private const int MostDimensions = 8;
    private const int MostLetters = 200;

    private readonly Dictionary<string, ForeignArray> _arrays = new(StringComparer.Ordinal);
    private long _bytesLeft = mostBytes;

    internal IReadOnlyDictionary<string, ForeignArray> Arrays => _arrays;

    /// <summary>A name below others, with '/' between.</summary>
    /// <exception cref="InvalidDataException">It is no name to show.</exception>
    internal static string Join(string path, string name)
    {
        var joined = path.Length == 0 ? name : $"{path}/{name}";
        return IsPrintable(joined)
            ? joined
            : throw new InvalidDataException($"has a name of {joined.Length} letters, expected 1 to {MostLetters} that can be printed");
    }

    /// <summary>Adds an array.</summary>
    /// <param name="name">From <see cref="Join"/>.</param>
    /// <param name="type">As <see cref="ForeignArray.Type"/>.</param>
    /// <param name="shape">Of any values: it is held against the bytes.</param>
    /// <param name="bytes">Its numbers, the lowest byte of each first.</param>
    /// <param name="isByColumn">Whether the first index changes fastest, as in Fortran.</param>
    /// <exception cref="InvalidDataException">Shape and bytes do not fit, the name is taken, or there are too many.</exception>
    internal void Add(string name, string type, long[] shape, ReadOnlySpan<byte> bytes, bool isByColumn = false)
    {
        if (_arrays.Count == MostArrays)
        {
            throw new InvalidDataException($"has more than {MostArrays} arrays");
        }

        if (!IsPrintable(type))
        {
            throw new InvalidDataException($"has {name} of a type whose name has {type.Length} letters, expected 1 to {MostLetters} that can be printed");
        }

        if (shape.Length > MostDimensions)
        {
            throw new InvalidDataException($"has {name} with {shape.Length} dimensions, expected at most {MostDimensions}");
        }

        ForeignArray array = new(type, shape, []);
        if (!_arrays.TryAdd(name, array))
        {
            throw new InvalidDataException($"has {name} twice");
        }

        if (array.IsFloating)
        {
            RequireRoom(name, array, bytes.Length);
            var values = type == ForeignArray.Single ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : Narrowed(bytes);
            _arrays[name] = array with { Values = isByColumn ? ByRow(values, shape) : values };
        }
    }

    private static bool IsPrintable(string text) => text.Length is > 0 and <= MostLetters && !text.Any(char.IsControl);

    private void RequireRoom(string name, ForeignArray array, int byteCount)
    {
        var count = array.Shape.Aggregate((Int128)(array.Type == ForeignArray.Single ? sizeof(float) : sizeof(double)), Product);
        if (count != byteCount)
        {
            throw new InvalidDataException(
                $"has {name} of {array.Type} {ForeignArray.Shown(array.Shape)}, which {byteCount} bytes do not hold");
        }

        _bytesLeft -= byteCount;
        if (_bytesLeft < 0)
        {
            throw new InvalidDataException($"has arrays of more bytes than it has itself, {name} the first beyond");
        }
    }

    // Never beyond what two factors of 64 bits come to, and -1 from there on: no array has as many bytes.
    private static Int128 Product(Int128 product, long size) =>
        product < 0 || size < 0 || product * size > long.MaxValue ? -1 : product * size;

    private static float[] Narrowed(ReadOnlySpan<byte> bytes)
    {
        var wide = MemoryMarshal.Cast<byte, double>(bytes);
        var values = new float[wide.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)wide[i];
        }

        return values;
    }

    private static float[] ByRow(float[] byColumn, long[] shape)
    {
        var values = new float[byColumn.Length];
        var index = new long[shape.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (from, stride) = (0L, 1L);
            for (var d = 0; d < shape.Length; d++)
            {
                (from, stride) = (from + (index[d] * stride), stride * shape[d]);
            }

            values[i] = byColumn[from];
            Advance(index, shape);
        }

        return values;
    }

    private static void Advance(long[] index, long[] shape)
    {
        for (var d = shape.Length - 1; d >= 0 && ++index[d] == shape[d]; d--)
        {
            index[d] = 0;
        }
    }
}
