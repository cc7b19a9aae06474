using L2O.Storage;

namespace L2O.Imports.Formats;

/// <summary>One array in NumPy's own format: a header that describes it, then its bytes.</summary>
internal static class NpyArray
{
    /// <summary>Adds the array that bytes hold.</summary>
    /// <exception cref="InvalidDataException">They hold something else.</exception>
    internal static void Read(string name, ReadOnlySpan<byte> bytes, ArrayTable table)
    {
        var header = Header(name, bytes);
        table.Add(name, NumpyType.Of(header.Type), header.Shape, bytes[header.Length..], header.IsByColumn);
    }

    private static NpyHeader Header(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return NpyHeader.Read(bytes);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"has {name} that {e.Message}", e);
        }
    }
}
