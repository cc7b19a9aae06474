using System.Text;

namespace L2O.Tests.Support;

/// <summary>Arrays as numpy.save writes them.</summary>
internal static class NpyBytes
{
    internal static byte[] Of(string type, long[] shape, byte[] values, string isByColumn = "False")
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {isByColumn}, 'shape': ({string.Concat(shape.Select(size => $"{size}, "))}), }}";
        var padded = header.PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded.Length, 0, .. Encoding.ASCII.GetBytes(padded), .. values];
    }

    /// <summary>Labels of 64 bits.</summary>
    internal static byte[] Labels(params long[] labels) => Of("<i8", [labels.Length], [.. labels.SelectMany(BitConverter.GetBytes)]);

    /// <summary>Grey images of 2 x 2 pixels, all of them the image's number.</summary>
    internal static byte[] Images(int count) =>
        Of("|u1", [count, 2, 2], [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)i, 4))]);
}
