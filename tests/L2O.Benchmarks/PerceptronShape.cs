using L2O.Data;
using L2O.Kernels;
using L2O.Optimizees.Networks;
using L2O.Randomness;
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

    /// <summary>Of enough examples that they fit in no second cache.</summary>
    internal Dataset Noise()
    {
        using var generator = RandomStreams.FromSeed(1).Generator("noise");
        Examples Draw(long count) => new(
            rand([count, .. Inputs], generator: generator), randint(10, count, dtype: int64, generator: generator));
        return new("noise", 10, Draw(20_000), Draw(10), Draw(10));
    }

    internal Classifier Optimizee(Dataset data, Backend backend) => new(
        new Mlp(new() { Data = "noise", Hidden = Hidden, Backend = backend }, data), data, BatchSize, new(CPU, float32));
}
