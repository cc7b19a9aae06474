using L2O.Errors;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Data;

/// <summary>Images of a data set made smaller or grey, once, when it is loaded.</summary>
/// <param name="Side">Height and width, in pixels; null to keep them.</param>
/// <param name="IsGrayscale">Whether the channels become one, their mean.</param>
public sealed record ImageForm(int? Side, bool IsGrayscale)
{
    // So many examples at once: a float of each pixel twice over.
    private const int Together = 5000;

    /// <summary>The data set with its images in this form; the caller owns it.</summary>
    /// <exception cref="ConfigException">Its images are smaller.</exception>
    internal Dataset Of(Dataset data)
    {
        if (Side > Math.Min(data.InputShape[1], data.InputShape[2]))
        {
            throw new ConfigException(
                $"image_size is {Side}, and images of {data.Name} have {data.InputShape[1]} x {data.InputShape[2]} pixels; choose at most as many");
        }

        return new(data.Name, data.ClassCount, Of(data[Split.Train]), Of(data[Split.Validation]), Of(data[Split.Test]));
    }

    private Examples Of(Examples examples)
    {
        using var work = NumericWork.Begin();
        List<Tensor> parts = [];
        for (long start = 0; start < examples.Count; start += Together)
        {
            parts.Add(Of(examples.Inputs.narrow(0, start, Math.Min(Together, examples.Count - start))));
        }

        return new(cat(parts), examples.Labels.alias());
    }

    private Tensor Of(Tensor images)
    {
        using var scope = NewDisposeScope();
        var channels = IsGrayscale ? images.mean([1], keepdim: true) : images;
        var sized = Side is { } side
            ? Means(channels.shape[2], side, channels).matmul(channels).matmul(Means(channels.shape[3], side, channels).t())
            : channels;
        return sized.alias().MoveToOuterDisposeScope();
    }

    private static Tensor Means(long length, int side, Tensor like) => tensor(Means(length, side)).to(like.dtype).to(like.device);

    /// <summary>[side, length]: pixel i is the mean over its part of a line, of which pixels at the ends may be there in part.</summary>
    internal static float[,] Means(long length, int side)
    {
        var weights = new float[side, length];
        var width = (double)length / side;
        for (var i = 0; i < side; i++)
        {
            for (var j = 0; j < length; j++)
            {
                var overlap = Math.Min((i + 1) * width, j + 1) - Math.Max(i * width, j);
                weights[i, j] = (float)(Math.Max(0, overlap) / width);
            }
        }

        return weights;
    }
}
