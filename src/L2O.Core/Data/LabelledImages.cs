using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Data;

/// <summary>Labelled images as bytes, before they become tensors on a device.</summary>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
/// <param name="Height">Rows of one image.</param>
/// <param name="Width">Columns of one image.</param>
/// <param name="Pixels">Image by image, channel by channel, row by row.</param>
/// <param name="Labels">One for each image, from 0.</param>
internal sealed record LabelledImages(int Channels, int Height, int Width, byte[] Pixels, byte[] Labels)
{
    /// <summary>How many images.</summary>
    public int Count => Labels.Length;

    /// <summary>Concatenates parts whose images have one shape.</summary>
    internal static LabelledImages Join(IReadOnlyList<LabelledImages> parts) => parts[0] with
    {
        Pixels = Join(parts.Select(part => part.Pixels)),
        Labels = Join(parts.Select(part => part.Labels)),
    };

    /// <summary>Some of the images as examples with pixels in [0, 1]; owned by the caller.</summary>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="tensorOptions">Device and number type.</param>
    public Examples Place(int start, int count, TensorOptions tensorOptions)
    {
        using var scope = NewDisposeScope();
        var imageSize = Channels * Height * Width;
        return Place(
            frombuffer(Pixels, uint8, (long)count * imageSize, (long)start * imageSize).view(count, Channels, Height, Width),
            frombuffer(Labels, uint8, count, start),
            tensorOptions);
    }

    /// <summary>Images and their labels as examples, which the caller owns: bytes come to [0, 1], other numbers stay as they are.</summary>
    /// <param name="images">[n, channels, height, width] on the CPU.</param>
    /// <param name="labels">[n], whole numbers.</param>
    /// <param name="tensorOptions">Device and number type.</param>
    internal static Examples Place(Tensor images, Tensor labels, TensorOptions tensorOptions)
    {
        using var scope = NewDisposeScope();

        // Moved as bytes and converted on the device: a quarter of the traffic.
        var placed = empty(images.shape, tensorOptions.Type, tensorOptions.Device);
        NativeHeap.AdviseHugePages(placed);
        placed.copy_(images.to(tensorOptions.Device));
        return new(images.dtype == uint8 ? placed.div_(byte.MaxValue) : placed, labels.to(tensorOptions.Device).to(int64));
    }

    private static byte[] Join(IEnumerable<byte[]> parts)
    {
        byte[][] all = [.. parts];
        var joined = new byte[all.Sum(part => part.Length)];
        var filled = 0;
        foreach (var part in all)
        {
            part.CopyTo(joined, filled);
            filled += part.Length;
        }

        return joined;
    }
}
