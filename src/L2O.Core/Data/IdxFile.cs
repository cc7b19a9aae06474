using System.Buffers.Binary;
using L2O.Errors;
using L2O.Storage;

namespace L2O.Data;

/// <summary>Grey images as an IDX file holds them.</summary>
/// <param name="Count">How many.</param>
/// <param name="Height">Rows of each image.</param>
/// <param name="Width">Columns of each image.</param>
/// <param name="Pixels">Image by image, row by row.</param>
internal sealed record IdxImages(int Count, int Height, int Width, byte[] Pixels);

/// <summary>
/// Reads the IDX format of MNIST (LeCun, Cortes and Burges), plain or gzip, detected by content: two zero bytes,
/// a type, the number of dimensions, their sizes as big-endian 32-bit integers, then the values.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 8;
    private const int LargestPayload = 1 << 30;

    // Of deflate: no byte stands for more than so many.
    private const int LargestCompression = 1032;

    /// <summary>Bytes of a file that is not too large to be read, unpacked.</summary>
    internal const long LargestContent = LargestPayload + 64;

    /// <summary>Reads images (idx3-ubyte).</summary>
    /// <exception cref="DatasetException">The file is missing or damaged.</exception>
    public static IdxImages ReadImages(DataFile file) => file.Read(stream => ReadImages(stream, file));

    /// <summary>Reads images (idx3-ubyte).</summary>
    /// <param name="stream">Must be seekable; left open.</param>
    /// <param name="file">Names the stream in errors.</param>
    /// <exception cref="DatasetException">The content is damaged.</exception>
    public static IdxImages ReadImages(Stream stream, DataFile file)
    {
        var (sizes, pixels) = Read(stream, file, dimensionCount: 3, "images");
        return new(sizes[0], sizes[1], sizes[2], pixels);
    }

    /// <summary>Reads labels (idx1-ubyte).</summary>
    /// <exception cref="DatasetException">The file is missing or damaged, or a label is out of range.</exception>
    public static byte[] ReadLabels(DataFile file, int classCount) =>
        file.Read(stream => ReadLabels(stream, file, classCount));

    /// <summary>Reads labels (idx1-ubyte).</summary>
    /// <param name="stream">Must be seekable; left open.</param>
    /// <param name="file">Names the stream in errors.</param>
    /// <param name="classCount">Labels are 0 to this minus one.</param>
    /// <exception cref="DatasetException">The content is damaged, or a label is out of range.</exception>
    public static byte[] ReadLabels(Stream stream, DataFile file, int classCount)
    {
        var (_, labels) = Read(stream, file, dimensionCount: 1, "labels");
        var wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));
        return wrong < 0
            ? labels
            : throw file.Unlike($"label {wrong} is {labels[wrong]}, expected 0 to {classCount - 1}");
    }

    /// <summary>The content of a file that may be compressed by gzip; the stream is left open.</summary>
    internal static Stream Unpacked(Stream stream) =>
        GunzipStream.IsGzip(stream) ? new GunzipStream(stream) : new BufferedStream(stream);

    private static (int[] Sizes, byte[] Values) Read(Stream stream, DataFile file, int dimensionCount, string items)
    {
        var content = Unpacked(stream);
        var sizes = ReadHeader(content, file, dimensionCount, items);
        var itemSize = Product(sizes.Skip(1).Select(size => (long)size));
        var total = Product([itemSize, sizes[0]]);
        if (total > LargestPayload)
        {
            throw file.Damaged($"promises {string.Join(" x ", sizes)} bytes, expected at most {LargestPayload}");
        }

        var (values, fault) = BoundedRead.AtMost(content, (int)total, stream.Length * LargestCompression);
        if (values.Length < total)
        {
            throw Ended(file, $"{values.Length / itemSize} of {sizes[0]} {items}", fault);
        }

        RequireEnd(content, file, $"{sizes[0]} {items}");
        return ([.. sizes.Select(size => (int)size)], values);
    }

    private static uint[] ReadHeader(Stream content, DataFile file, int dimensionCount, string items)
    {
        var (header, fault) = BoundedRead.AtMost(content, HeaderSize(dimensionCount));
        var expected = (UnsignedByte << 8) | dimensionCount;
        if (header.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(header) is var magic && magic != expected)
        {
            var found = FileFormat.Of(header) is { } format ? $"holds {format}" : $"starts with 0x{magic:X8}";
            throw file.Damaged($"{found}, expected 0x{expected:X8} ({items} as unsigned bytes)");
        }

        if (header.Length < HeaderSize(dimensionCount))
        {
            throw Ended(file, $"{header.Length} of the {HeaderSize(dimensionCount)} bytes of its header", fault);
        }

        uint[] sizes = [.. Enumerable.Range(1, dimensionCount)
            .Select(i => BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(sizeof(uint) * i)))];
        return sizes.Contains(0u)
            ? throw file.Damaged($"promises {string.Join(" x ", sizes)} bytes, expected sizes of 1 or more")
            : sizes;
    }

    private static void RequireEnd(Stream content, DataFile file, string all)
    {
        try
        {
            if (content.ReadByte() >= 0)
            {
                throw file.Damaged($"goes on after its {all}");
            }
        }
        catch (InvalidDataException e)
        {
            throw file.Damaged($"has {all}, but {e.Message}", e);
        }
    }

    private static DatasetException Ended(DataFile file, string after, InvalidDataException? fault) =>
        file.Damaged($"ends after {after}{(fault is null ? "" : $" and {fault.Message}")}", fault);

    // Stops at the limit, which leaves room for one more 32-bit size: beyond it the product could overflow.
    private static long Product(IEnumerable<long> sizes) =>
        sizes.Aggregate(1L, (product, size) => product > LargestPayload ? product : product * size);

    private static int HeaderSize(int dimensionCount) => sizeof(uint) * (1 + dimensionCount);
}
