using static TorchSharp.torch;

namespace L2O.Data.Own;

/// <summary>
/// Options of files as MNIST has them, packed by gzip or not: `train-images*` and `train-labels*`, and the same with `validation` or
/// `t10k` in place of `train` where Validation and Test have files of their own.
/// </summary>
public sealed record IdxData : OwnData
{
    // A label is a byte.
    private const int MostClasses = 256;

    internal override OwnSplits Read(IImageDecoder? decoder) =>
        OwnSplits.Read(split => Pair(split) is { } files ? Read(files) : null, Path, "train-images* and train-labels*");

    internal override IEnumerable<DataFile> Files() => Enum.GetValues<Split>().Select(Pair)
        .SelectMany(pair => pair is var (images, labels) ? (DataFile[])[images, labels] : []);

    private (DataFile Images, DataFile Labels)? Pair(Split split)
    {
        var start = split switch { Split.Train => "train", Split.Validation => "validation", _ => "t10k" };
        return OwnFolder.Pair(Path, $"{start}-images*", $"{start}-labels*");
    }

    private static OwnExamples Read((DataFile Images, DataFile Labels) files)
    {
        var (count, height, width, pixels) = IdxFile.ReadImages(files.Images);
        return OwnExamples.Of(
            frombuffer(pixels, uint8).view(count, 1, height, width),
            [.. IdxFile.ReadLabels(files.Labels, MostClasses).Select(label => (long)label)],
            files);
    }
}
