using L2O.Randomness;
using L2O.Tensors;

namespace L2O.Data;

/// <summary>Draws one image.</summary>
/// <param name="label">Its class.</param>
/// <param name="random">Decides everything else; each image has its own.</param>
/// <param name="pixels">Receives the image: channel by channel, row by row.</param>
internal delegate void DrawImage(int label, SplitMix64 random, Span<byte> pixels);

/// <summary>
/// A data set generated in process. Each image has its own address of randomness, so it is the same whatever is drawn
/// before it, and on any number of threads.
/// </summary>
internal sealed record DrawnSet(string Name, int ClassCount, int Channels, int Side, DrawImage Draw)
{
    private const long Seed = 1;

    private static readonly SplitSizes Sizes = new(Train: 10_000, Validation: 2_000, Test: 2_000);

    /// <summary>The set at its usual seed and sizes.</summary>
    public Dataset Load(TensorOptions tensorOptions)
    {
        var images = Generate(Seed, Sizes.TrainAndValidation + Sizes.Test, Environment.ProcessorCount);
        return new(
            Name,
            ClassCount,
            images.Place(0, Sizes.Train, tensorOptions),
            images.Place(Sizes.Train, Sizes.Validation, tensorOptions),
            images.Place(Sizes.TrainAndValidation, Sizes.Test, tensorOptions));
    }

    /// <summary>The first images of a seed, cycling through the classes.</summary>
    public LabelledImages Generate(long seed, int count, int threadCount)
    {
        var streams = RandomStreams.FromSeed(seed);
        var size = Channels * Side * Side;
        var pixels = new byte[count * size];
        var labels = new byte[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threadCount }, i =>
        {
            labels[i] = (byte)(i % ClassCount);
            Draw(labels[i], streams.At(Name, i).Scalars(), pixels.AsSpan(i * size, size));
        });
        return new(Channels, Side, Side, pixels, labels);
    }
}
