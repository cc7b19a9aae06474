using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Benchmarks;

/// <summary>Floating-point operations in the matrix products of a coordinate-wise network, for one coordinate.</summary>
internal static class Operations
{
    /// <summary>Of one step.</summary>
    internal static double OfStep(CoordinatewiseNetwork network) => 2.0
        * ((network.ProjectionSize * network.FeatureCount)
            + LayerSizes.Of(network).Sum(layer => layer.Gates * (layer.Inputs + layer.Hidden))
            + network.Hidden[^1]);

    /// <summary>Of a meta-gradient, for each step: the step itself, the way back, and the weights' gradients.</summary>
    internal static double OfMetaGradient(CoordinatewiseNetwork network) => (2 * OfStep(network))
        + (2.0 * LayerSizes.Of(network).Sum(layer => layer.Gates * (layer.InputGradients + layer.Hidden)));
}
