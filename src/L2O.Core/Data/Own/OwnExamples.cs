using L2O.Errors;
using static TorchSharp.torch;

namespace L2O.Data.Own;

/// <summary>The examples of a split as files of one's own hold them.</summary>
/// <param name="Images">[n, channels, height, width] on the CPU, bytes or float32.</param>
/// <param name="Labels">One for each image; one or more.</param>
/// <param name="File">Where the labels are from, for messages.</param>
internal sealed record OwnExamples(Tensor Images, long[] Labels, DataFile File)
{
    /// <summary>Images and labels that were read apart.</summary>
    /// <exception cref="DatasetException">There are more of one than of the other.</exception>
    internal static OwnExamples Of(Tensor images, long[] labels, (DataFile Images, DataFile Labels) files) =>
        images.shape[0] == labels.Length
            ? new(images, labels, files.Labels)
            : throw files.Labels.Unlike(
                $"holds {labels.Length} labels, and {Path.GetFileName(files.Images.Path)} {images.shape[0]} images; give each image its label");

    /// <summary>Images that are bytes.</summary>
    internal static OwnExamples Of(LabelledImages read, DataFile file) => new(
        frombuffer(read.Pixels, uint8).view(read.Count, read.Channels, read.Height, read.Width),
        [.. read.Labels.Select(label => (long)label)],
        file);

    /// <summary>How many classes there are, of which each has an image.</summary>
    /// <exception cref="DatasetException">A class has none, or there is but one.</exception>
    internal int ClassCount()
    {
        RequireLabels(Labels.Length, $"where {Labels.Length} images have at most {Labels.Length} classes; number these from 0");
        var counts = new int[Labels.Max() + 1];
        foreach (var label in Labels)
        {
            counts[label]++;
        }

        return (Array.IndexOf(counts, 0), counts.Length) switch
        {
            ( >= 0 and var missing, var count) => throw File.Unlike(
                $"no image has label {missing}, and there are labels up to {count - 1}; number the classes from 0 without a gap"),
            (_, 1) => throw File.Unlike("all labels are 0; give images of two classes or more"),
            (_, var count) => count,
        };
    }

    /// <summary>Holds the examples of another split against those to train on.</summary>
    /// <exception cref="DatasetException">They have another shape, or classes that those lack.</exception>
    internal void RequireLike(OwnExamples train, int classCount)
    {
        RequireLabels(classCount, $"a class that the images to train on lack, which have labels up to {classCount - 1}; give it images there too");
        if (!Images.shape.AsSpan(1).SequenceEqual(train.Images.shape.AsSpan(1)))
        {
            throw File.Unlike($"belongs to images of {Shown(Images)}, and those to train on are of {Shown(train.Images)}; give all images one shape");
        }
    }

    private void RequireLabels(int count, string beyond)
    {
        var wrong = Array.FindIndex(Labels, label => label < 0 || label >= count);
        if (wrong >= 0)
        {
            throw File.Unlike(Labels[wrong] < 0
                ? $"label {wrong} is {Labels[wrong]}; number the classes from 0"
                : $"label {wrong} is {Labels[wrong]}, {beyond}");
        }
    }

    private static string Shown(Tensor images) => string.Join(" x ", images.shape[1..]);
}
