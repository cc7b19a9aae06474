using L2O.Errors;
using L2O.Storage;

namespace L2O.Data;

/// <summary>
/// Reads a batch of CIFAR-10 in its binary version (Krizhevsky, 2009): records of one label and 32x32 pixels, first
/// all red values, then green, then blue; no header.
/// </summary>
internal static class Cifar10File
{
    internal const int Channels = 3;
    internal const int Side = 32;
    internal const int ClassCount = 10;
    internal const int RecordsInBatch = 10_000;
    private const int ImageSize = Channels * Side * Side;
    private const int RecordSize = 1 + ImageSize;

    /// <summary>Reads one batch.</summary>
    /// <param name="file">What to read.</param>
    /// <param name="recordCount">How many records it must hold: 10,000 as published.</param>
    /// <exception cref="DatasetException">The file is missing or of another size, or a label is out of range.</exception>
    public static LabelledImages Read(DataFile file, int recordCount) =>
        file.Read(stream => Read(stream, file, recordCount));

    /// <summary>Reads one batch.</summary>
    /// <param name="stream">Left open.</param>
    /// <param name="file">Names the stream in errors.</param>
    /// <param name="recordCount">How many records it must hold: 10,000 as published.</param>
    /// <exception cref="DatasetException">The content is of another size, or a label is out of range.</exception>
    public static LabelledImages Read(Stream stream, DataFile file, int recordCount)
    {
        var (records, _) = BoundedRead.AtMost(stream, recordCount * RecordSize);
        var (count, rest) = Math.DivRem(records.Length, RecordSize);
        if (count < recordCount)
        {
            throw rest == 0 && count > 0
                ? file.Unlike($"holds {count} records of {RecordSize} bytes, expected {recordCount}")
                : file.Damaged($"ends after {count} of {recordCount} records of {RecordSize} bytes");
        }

        if (stream.ReadByte() >= 0)
        {
            throw file.Unlike($"goes on after {recordCount} records of {RecordSize} bytes, expected its end");
        }

        var images = Of(records, labelSize: 1);
        var wrong = images.Labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(ClassCount - 1));
        return wrong < 0
            ? images
            : throw file.Unlike($"record {wrong} has label {images.Labels[wrong]}, expected 0 to {ClassCount - 1}");
    }

    /// <summary>Reads a batch of however many records; with two labels, as CIFAR-100 has them, the last one counts.</summary>
    /// <param name="stream">Of less than 2 GiB; left open.</param>
    /// <param name="file">Names the stream in errors.</param>
    /// <param name="labelSize">How many bytes of labels a record begins with.</param>
    /// <exception cref="DatasetException">The file is empty, or ends within a record.</exception>
    internal static LabelledImages ReadAll(Stream stream, DataFile file, int labelSize)
    {
        var (records, _) = BoundedRead.AtMost(stream, (int)stream.Length, stream.Length);
        var size = labelSize + ImageSize;
        return records.Length > 0 && records.Length % size == 0
            ? Of(records, labelSize)
            : throw file.Damaged($"holds {records.Length} bytes, expected records of {size}: labels, 32 x 32 values of red, of green, of blue");
    }

    private static LabelledImages Of(byte[] records, int labelSize)
    {
        var size = labelSize + ImageSize;
        var count = records.Length / size;
        var pixels = new byte[count * ImageSize];
        var labels = new byte[count];
        for (var i = 0; i < count; i++)
        {
            var record = records.AsSpan(i * size, size);
            labels[i] = record[labelSize - 1];
            record[labelSize..].CopyTo(pixels.AsSpan(i * ImageSize));
        }

        return new(Channels, Side, Side, pixels, labels);
    }
}
