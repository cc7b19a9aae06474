using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>How the entries of an instance's matrices and vectors are distributed.</summary>
public enum EntryDistribution
{
    /// <summary>Uniform in [0, 1).</summary>
    Uniform,

    /// <summary>Standard normal.</summary>
    Normal,
}

/// <summary>Options that the families of random linear systems share.</summary>
public abstract record LinearSystemsOptions : AnalyticOptions
{
    /// <summary>Unknowns of each instance.</summary>
    public int Dimension { get; init; } = 10;

    /// <summary>Independent instances minimized together; the loss is their mean.</summary>
    public int Instances { get; init; } = 128;

    /// <summary>What matrices and vectors are drawn from.</summary>
    public EntryDistribution Constants { get; init; } = EntryDistribution.Uniform;

    /// <summary>Standard deviation of the start.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.AtLeast("dimension", Dimension, 1),
        .. Require.AtLeast("instances", Instances, 1), .. Require.NotNegative("initial_scale", InitialScale),
    ];
}

/// <summary>Independent random systems W x = y of one size, the common part of several families.</summary>
internal sealed class LinearSystems(LinearSystemsOptions options)
{
    internal ParameterLayout Layout { get; } = new([new("x", options.Instances, options.Dimension)]);

    internal Tensor Start(RandomStreams streams) =>
        Randomness.RandomTensors.Normal(streams, "x", Layout.Count) * options.InitialScale;

    /// <summary>W [B, n, n] and y [B, n, 1], for B instances of n unknowns.</summary>
    internal Tensor[] Draw(RandomStreams streams) => [Matrices(streams, "w"), Vectors(streams, "y")];

    internal Tensor Matrices(RandomStreams streams, string purpose) =>
        Draw(streams, purpose, options.Instances, options.Dimension, options.Dimension);

    internal Tensor Vectors(RandomStreams streams, string purpose) =>
        Draw(streams, purpose, options.Instances, options.Dimension, 1);

    /// <summary>The unknowns as columns: [B, n, 1].</summary>
    internal Tensor Unknowns(Tensor theta) => theta.view(options.Instances, options.Dimension, 1);

    /// <summary>W x - y: [B, n, 1].</summary>
    internal Tensor Residual(Tensor theta, Tensor[] constants) => constants[0].bmm(Unknowns(theta)) - constants[1];

    private Tensor Draw(RandomStreams streams, string purpose, params long[] shape) =>
        options.Constants == EntryDistribution.Normal
            ? Randomness.RandomTensors.Normal(streams, purpose, shape)
            : Randomness.RandomTensors.Uniform(streams, purpose, shape);
}
