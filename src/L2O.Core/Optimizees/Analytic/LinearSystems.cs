using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>Independent systems W x = y of one size, the common part of the batched families.</summary>
/// <param name="dimension">Unknowns of each, n.</param>
/// <param name="instances">How many, B.</param>
/// <param name="distribution">What constants are drawn from.</param>
internal sealed class LinearSystems(int dimension, int instances, Distribution distribution)
{
    internal ParameterLayout Layout { get; } = new([new("x", instances, dimension)]);

    /// <summary>W [B, n, n] and y [B, n, 1].</summary>
    internal Tensor[] Draw(RandomStreams streams) => [Matrices(streams, "w"), Constant(streams, "y", dimension, 1)];

    /// <summary>A matrix for each instance: [B, n, n].</summary>
    internal Tensor Matrices(RandomStreams streams, string purpose) => Constant(streams, purpose, dimension, dimension);

    internal Tensor NormalStart(RandomStreams streams, double scale) =>
        Tensors.Draw.Normal(streams, "x", Layout.Count) * scale;

    /// <summary>The unknowns as columns: [B, n, 1].</summary>
    internal Tensor Columns(Tensor theta) => theta.view(instances, dimension, 1);

    /// <summary>The sum of ||W x - y||^2 over the instances.</summary>
    internal Tensor SquaredResidual(Tensor theta, Tensor[] constants) =>
        (constants[0].bmm(Columns(theta)) - constants[1]).square().sum();

    private Tensor Constant(RandomStreams streams, string purpose, long rows, long columns) => distribution switch
    {
        Distribution.Uniform => Tensors.Draw.Uniform(streams, purpose, instances, rows, columns),
        _ => Tensors.Draw.Normal(streams, purpose, instances, rows, columns),
    };
}
