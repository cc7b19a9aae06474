using System.Buffers.Binary;
using System.IO.Compression;

namespace L2O.Tests.Support;

/// <summary>Makes the contents of data files.</summary>
internal static class DataFiles
{
    internal static byte[] Idx(uint[] sizes, byte[] values)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        header[2] = 8;
        header[3] = (byte)sizes.Length;
        for (var i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        }

        return [.. header, .. values];
    }

    /// <summary>Images whose every pixel is the image's number, from a first one.</summary>
    internal static byte[] IdxImages(int count, int first) =>
        Idx([(uint)count, 28, 28], [.. Enumerable.Range(first, count).SelectMany(i => Enumerable.Repeat((byte)i, 28 * 28))]);

    /// <summary>Labels that count up.</summary>
    internal static byte[] IdxLabels(int count, int first) =>
        Idx([(uint)count], [.. Enumerable.Range(first, count).Select(i => (byte)i)]);

    /// <summary>CIFAR-10 records whose label is their number modulo ten, and whose pixels are their channel.</summary>
    internal static byte[] CifarRecords(int count, int first) =>
        [.. Enumerable.Range(first, count).SelectMany(i => Enumerable.Range(0, 3)
            .SelectMany(channel => Enumerable.Repeat((byte)channel, 1024)).Prepend((byte)(i % 10)))];

    internal static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
