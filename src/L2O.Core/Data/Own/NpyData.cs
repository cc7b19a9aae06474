namespace L2O.Data.Own;

/// <summary>Which dimension of images in four is their channels.</summary>
public enum ImageLayout
{
    /// <summary>The second or the last, whichever is 1 or 3.</summary>
    Auto,

    /// <summary>[n, channels, height, width].</summary>
    ChannelsFirst,

    /// <summary>[n, height, width, channels].</summary>
    ChannelsLast,
}

/// <summary>
/// Options of arrays that `numpy.save` wrote: `train_images.npy` and `train_labels.npy`, and the same with `validation` or `test` in place
/// of `train` where Validation and Test have files of their own. Images are uint8, of which 255 comes to 1, or float32, which stay as they
/// are; labels are whole numbers from 0.
/// </summary>
public sealed record NpyData : OwnData
{
    /// <summary>What the dimensions of images are, where there are four; three are [n, height, width].</summary>
    public ImageLayout Layout { get; init; } = ImageLayout.Auto;

    internal override OwnSplits Read(IImageDecoder? decoder) => OwnSplits.Read(
        split => Pair(split) is { } files
            ? OwnExamples.Of(NpyFile.ReadImages(files.Images, Layout), NpyFile.ReadLabels(files.Labels), files)
            : null,
        Path,
        "train_images.npy and train_labels.npy");

    internal override IEnumerable<DataFile> Files() => Enum.GetValues<Split>().Select(Pair)
        .SelectMany(pair => pair is var (images, labels) ? (DataFile[])[images, labels] : []);

    private (DataFile Images, DataFile Labels)? Pair(Split split)
    {
        var start = split switch { Split.Train => "train", Split.Validation => "validation", _ => "test" };
        return OwnFolder.Pair(Path, $"{start}_images.npy", $"{start}_labels.npy");
    }
}
