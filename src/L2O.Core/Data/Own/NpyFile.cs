using System.Runtime.InteropServices;
using L2O.Errors;
using L2O.Storage;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Data.Own;

/// <summary>Reads images and labels in NumPy's own format, as numpy.save writes it: a header, then numbers row by row.</summary>
internal static class NpyFile
{
    private const string Images = "images of uint8 or float32";
    private const string Labels = "labels of whole numbers, of 8 to 64 bits";

    /// <summary>[n, channels, height, width], bytes or float32; the caller's scope owns it.</summary>
    /// <exception cref="DatasetException">The file holds something else, is damaged or too large.</exception>
    internal static Tensor ReadImages(DataFile file, ImageLayout layout) => file.Read(stream => ReadImages(stream, file, layout));

    /// <inheritdoc cref="ReadImages(DataFile, ImageLayout)"/>
    internal static Tensor ReadImages(Stream stream, DataFile file, ImageLayout layout)
    {
        var header = Header(stream, file, dimensionCounts: [3, 4], ["u1", "f4"], Images, "[n, height, width] or one more for channels");
        var isLast = IsChannelsLast(header, file, layout);
        using var scope = NewDisposeScope();
        var images = empty(header.Shape, header.Type.EndsWith("u1", StringComparison.Ordinal) ? uint8 : float32);
        Fill(images.bytes, stream, file);
        if (images.dtype == float32 && images.isfinite().logical_not().nonzero() is var wrong && wrong.shape[0] > 0)
        {
            throw file.Unlike($"image {(long)ScalarTensor.Value(wrong[0, 0])} has a number that is not finite; leave it out, or put another there");
        }

        var shaped = header.Shape.Length == 3 ? images.unsqueeze(1) : isLast ? images.permute(0, 3, 1, 2) : images.alias();
        return shaped.MoveToOuterDisposeScope();
    }

    /// <summary>One for each image.</summary>
    /// <inheritdoc cref="ReadImages(DataFile, ImageLayout)" path="/exception"/>
    internal static long[] ReadLabels(DataFile file) => file.Read(stream => ReadLabels(stream, file));

    /// <inheritdoc cref="ReadLabels(DataFile)"/>
    internal static long[] ReadLabels(Stream stream, DataFile file)
    {
        var header = Header(stream, file, dimensionCounts: [1], ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"], Labels, "[n]");
        var bytes = new byte[ByteCount(header)];
        Fill(bytes, stream, file);
        return header.Type[^2..] switch
        {
            "i1" => [.. MemoryMarshal.Cast<byte, sbyte>(bytes)],
            "u1" => [.. bytes],
            "i2" => [.. MemoryMarshal.Cast<byte, short>(bytes)],
            "u2" => [.. MemoryMarshal.Cast<byte, ushort>(bytes)],
            "i4" => [.. MemoryMarshal.Cast<byte, int>(bytes)],
            "u4" => [.. MemoryMarshal.Cast<byte, uint>(bytes)],
            _ => [.. MemoryMarshal.Cast<byte, long>(bytes)],
        };
    }

    // All that can be told before numbers are read.
    private static NpyHeader Header(Stream stream, DataFile file, int[] dimensionCounts, string[] types, string numbers, string shape)
    {
        var header = Read(stream, file);
        var shown = $"shape [{string.Join(", ", header.Shape)}]";
        if (!types.Contains(header.Type.TrimStart('<', '|', '=')))
        {
            throw file.Unlike($"holds numbers of type {header.Type}, expected {numbers}; save it again by numpy.save(file, array.astype(...))");
        }

        if (!dimensionCounts.Contains(header.Shape.Length) || header.Shape.Contains(0))
        {
            throw file.Unlike($"has {shown}, expected {shape}, each 1 or more; save it again by numpy.save(file, array.reshape(...))");
        }

        if (header.IsByColumn)
        {
            throw file.Unlike("has numbers column by column, as Fortran has; save it again by numpy.save(file, numpy.ascontiguousarray(array))");
        }

        var count = ByteCount(header);
        if (count > OwnData.MostBytes)
        {
            throw file.Unlike($"has {shown} and more than {OwnData.MostBytes} bytes, and no more are read; keep fewer images, or smaller ones");
        }

        var left = stream.Length - header.Length;
        return left == count
            ? header
            : throw file.Damaged($"has {left} bytes behind its header, and {shown} is {count}");
    }

    private static NpyHeader Read(Stream stream, DataFile file)
    {
        try
        {
            var header = NpyHeader.Read(BoundedRead.AtMost(stream, NpyHeader.MostBytes).Bytes);
            stream.Position = header.Length;
            return header;
        }
        catch (InvalidDataException e)
        {
            throw file.Damaged(e.Message, e);
        }
    }

    // Stops beyond the limit, before the product could overflow.
    private static long ByteCount(NpyHeader header)
    {
        Int128 count = header.Type[^1] - '0';
        foreach (var size in header.Shape.TakeWhile(_ => count <= OwnData.MostBytes))
        {
            count *= size;
        }

        return (long)Int128.Min(count, long.MaxValue);
    }

    private static void Fill(Span<byte> bytes, Stream stream, DataFile file)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw file.Damaged("became shorter while it was read");
        }
    }

    private static bool IsChannelsLast(NpyHeader header, DataFile file, ImageLayout layout)
    {
        if (header.Shape.Length == 3 || layout != ImageLayout.Auto)
        {
            return layout == ImageLayout.ChannelsLast;
        }

        return (header.Shape[1] is 1 or 3, header.Shape[3] is 1 or 3) switch
        {
            (true, false) => false,
            (false, true) => true,
            _ => throw file.Unlike(
                $"has shape [{string.Join(", ", header.Shape)}], of which the second or the last is channels; say layout: channels_first "
                + "or channels_last under data in the config"),
        };
    }
}
