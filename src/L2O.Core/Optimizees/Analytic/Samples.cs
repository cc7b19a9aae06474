using L2O.Options;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>Options that the formulas over random samples share.</summary>
public abstract record SamplesOptions : AnalyticOptions
{
    /// <summary>Parameters, and numbers in each sample.</summary>
    public int Dimension { get; init; } = 20;

    /// <summary>Samples in all, drawn for each instance.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>Samples in a minibatch.</summary>
    public int BatchSize { get; init; } = 100;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.AtLeast("dimension", Dimension, 1), .. Require.AtLeast("samples", Samples, 1),
        .. Require.AtLeast("batch_size", BatchSize, 1),
    ];
}

/// <summary>Formulas that sum over the samples of a minibatch, from a normal start (Wichrowska et al., 2017).</summary>
internal static class Samples
{
    /// <summary>A formula over samples; all of them together count as much as one minibatch.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="draw">Draws all samples [m, n].</param>
    /// <param name="mean">The mean loss over samples [b, n] at theta [n].</param>
    internal static AnalyticProblem Problem(
        SamplesOptions options, Func<RandomStreams, Tensor> draw, Func<Tensor, Tensor, Tensor> mean) => new(
            new([new("x", options.Dimension)]),
            streams => RandomTensors.Normal(streams, "x", options.Dimension),
            streams => [draw(streams)],
            (theta, constants) => mean(theta, constants[0]) * options.BatchSize)
        {
            Minibatch = (constants, streams) => [Rows(constants[0], options.BatchSize, streams)],
        };

    /// <summary>0 or 1 with equal probability.</summary>
    internal static Tensor Binary(SamplesOptions options, RandomStreams streams) =>
        RandomTensors.Uniform(streams, "samples", options.Samples, options.Dimension).round();

    /// <summary>Normal numbers and their negatives, which together have mean 0.</summary>
    internal static Tensor Symmetric(SamplesOptions options, RandomStreams streams)
    {
        var half = RandomTensors.Normal(streams, "samples", (options.Samples + 1) / 2, options.Dimension);
        return cat([half, -half.narrow(0, 0, options.Samples / 2)]);
    }

    private static Tensor Rows(Tensor samples, int count, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("samples");
        var indices = randint(samples.shape[0], count, dtype: int64, generator: generator).to(samples.device);
        return samples.index_select(0, indices).MoveToOuterDisposeScope();
    }
}
