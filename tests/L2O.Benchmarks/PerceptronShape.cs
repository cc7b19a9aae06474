using L2O.Data;
using L2O.Kernels;
using L2O.Optimizees.Networks;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>A perceptron on images of noise.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Inputs">Shape of an image.</param>
/// <param name="Hidden">Units of each hidden layer.</param>
/// <param name="BatchSize">Examples of a step.</param>
internal sealed record PerceptronShape(string Name, long[] Inputs, int[] Hidden, int BatchSize)
{
    /// <summary>What learned optimizers are meta-trained on today: images of 8 times 8.</summary>
    internal static PerceptronShape Small { get; } = new("64-32-10, 64", [1, 8, 8], [32], 64);

    /// <summary>Of enough examples that they fit in no second cache, in memory as files of images are.</summary>
    internal Dataset Noise()
    {
        Random random = new(1);
        Examples Draw(int count)
        {
            var (pixels, labels) = (new byte[count * Inputs.Aggregate((product, size) => product * size)], new byte[count]);
            random.NextBytes(pixels);
            for (var i = 0; i < count; i++)
            {
                labels[i] = (byte)random.Next(10);
            }

            return new LabelledImages((int)Inputs[0], (int)Inputs[1], (int)Inputs[2], pixels, labels)
                .Place(0, count, new(CPU, float32));
        }

        return new("noise", 10, Draw(20_000), Draw(10), Draw(10));
    }

    internal Classifier Optimizee(Dataset data, Backend backend) => new(
        new Mlp(new() { Data = "noise", Hidden = Hidden, Backend = backend }, data), data, BatchSize, new(CPU, float32));
}
