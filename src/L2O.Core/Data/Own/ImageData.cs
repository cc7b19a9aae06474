using System.Runtime.ExceptionServices;
using L2O.Errors;
using L2O.Options;
using L2O.Storage;
using static TorchSharp.torch;

namespace L2O.Data.Own;

/// <summary>
/// Options of image files (PNG, JPEG, BMP, GIF, WebP) in a folder for each class: `CLASS/*.png` or `train/CLASS/*.png`, and
/// `validation/CLASS/*.png` and `test/CLASS/*.png` where Validation and Test have files of their own. Classes count in the order of their
/// names. Images have one channel where all are grey, else red, green and blue; how opaque they are does not count.
/// </summary>
public sealed record ImageData : OwnData
{
    private const int LargestImage = 1 << 26;

    /// <summary>
    /// Height and width that images get: the middle square of each is averaged to as many pixels, area by area. Absent, they stay as
    /// they are, and must all have one size.
    /// </summary>
    public int? Size { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Size is { } size ? Require.AtLeast("size", size, 1) : []];

    internal override OwnSplits Read(IImageDecoder? decoder)
    {
        var reader = decoder ?? throw new InvalidOperationException("images need a decoder: give DatasetCache one");
        var splits = ClassFolders.In(Path).ToDictionary(
            split => split.Key, split => split.Value.Select(image => (image.File, image.Label, Header: Header(image.File, reader))).ToArray());
        var shape = Shape([.. splits.Values.SelectMany(images => images).Select(image => (image.File, image.Header))]);
        return OwnSplits.Read(
            split => splits.TryGetValue(split, out var images)
                ? new(
                    Pixels([.. images.Select(image => (image.File, image.Header))], shape, reader),
                    [.. images.Select(image => image.Label)],
                    new(Path, Dataset: null))
                : null,
            Path,
            "images");
    }

    internal override IEnumerable<DataFile> Files() => ClassFolders.In(Path).Values.SelectMany(images => images).Select(image => image.File);

    // One for all: there may be many files.
    internal override IReadOnlyDictionary<string, string> Checksums(DataDirectory directory) =>
        new Dictionary<string, string> { ["images"] = Sha256.OfNamed(base.Checksums(directory)) };

    private ImageHeader Header(DataFile file, IImageDecoder decoder)
    {
        var header = file.Read(decoder.ReadHeader) ?? throw file.Damaged("is no image that can be read");
        var shown = $"has {header.Width} x {header.Height} pixels";
        if ((long)header.Width * header.Height > LargestImage)
        {
            throw file.Unlike($"{shown}, and at most {LargestImage} are read; make it smaller");
        }

        return Size > Math.Min(header.Width, header.Height)
            ? throw file.Unlike($"{shown}, fewer than data.size ({Size}) asks for; choose a size that all images have")
            : header;
    }

    // What all images come to, known before the first pixel is read: channels, height, width.
    private (int Channels, int Height, int Width) Shape((DataFile File, ImageHeader Header)[] images)
    {
        var (first, (width, height, _)) = images[0];
        if (Size is null && Array.Find(images, image => (image.Header.Width, image.Header.Height) != (width, height)) is { File: { } other } found)
        {
            throw other.Unlike(
                $"has {found.Header.Width} x {found.Header.Height} pixels, and {first.Path} {width} x {height}; give all images one size, or "
                + "choose one by data.size in the config");
        }

        var channels = images.All(image => image.Header.IsGrey) ? 1 : 3;
        var shape = (channels, Size ?? height, Size ?? width);
        var total = (long)images.Length * ByteCount(shape);
        return total <= MostBytes
            ? shape
            : throw new DatasetException(
                $"{Path}: its {images.Length} images come to {total} bytes, and at most {MostBytes} are read; keep fewer, or choose a smaller data.size");
    }

    // Many at once, as long as what they are decoded to stays below the limit too.
    private static Tensor Pixels((DataFile File, ImageHeader Header)[] images, (int Channels, int Height, int Width) shape, IImageDecoder decoder)
    {
        var each = ByteCount(shape);
        var pixels = new byte[images.Length * each];
        var largest = images.Max(image => image.Header.Width * image.Header.Height);
        ParallelOptions threads = new() { MaxDegreeOfParallelism = Math.Clamp(MostBytes / (8 * largest), 1, Environment.ProcessorCount) };
        try
        {
            Parallel.For(0, images.Length, threads, i =>
            {
                var (file, header) = images[i];
                if (!file.Read(stream => TryRead(stream, header, shape, decoder, pixels.AsSpan(i * each, each))))
                {
                    throw file.Damaged("ends before its last pixel, or is damaged before it");
                }
            });
        }
        catch (AggregateException e) when (e.InnerException is DatasetException damaged)
        {
            ExceptionDispatchInfo.Throw(damaged);
        }

        return frombuffer(pixels, uint8).view(images.Length, shape.Channels, shape.Height, shape.Width);
    }

    private static bool TryRead(
        Stream stream, ImageHeader header, (int Channels, int Height, int Width) shape, IImageDecoder decoder, Span<byte> pixels)
    {
        if ((header.Height, header.Width) == (shape.Height, shape.Width))
        {
            return decoder.TryReadPixels(stream, pixels);
        }

        var whole = new byte[shape.Channels * header.Height * header.Width];
        if (!decoder.TryReadPixels(stream, whole))
        {
            return false;
        }

        MiddleSquare.Average(whole, header.Height, header.Width, pixels, shape.Height);
        return true;
    }

    private static int ByteCount((int Channels, int Height, int Width) shape) => shape.Channels * shape.Height * shape.Width;
}
