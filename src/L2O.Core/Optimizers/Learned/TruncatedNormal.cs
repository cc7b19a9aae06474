using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>Normal numbers, redrawn where they fall beyond two standard deviations.</summary>
internal static class TruncatedNormal
{
    /// <summary>float64 on the CPU; the standard deviation that results is 0.8796 times <paramref name="scale"/>.</summary>
    internal static Tensor Draw(double scale, RandomStreams streams, params long[] shape)
    {
        var scalars = streams.Scalars();
        var values = new double[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            double value;
            do
            {
                value = scalars.NextNormal();
            }
            while (Math.Abs(value) > 2);

            values[i] = scale * value;
        }

        return tensor(values, shape);
    }
}
