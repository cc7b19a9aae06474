using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Kernels.Vectors;

namespace L2O.Optimizers.Learned.Fused.Stages;

/// <summary>The layer between the features and the first LSTM layer.</summary>
internal static unsafe class ProjectionStage<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>ELU of an affine map of the features.</summary>
    /// <param name="network">Gives the sizes.</param>
    /// <param name="weights">Gives the projection's.</param>
    /// <param name="features">Rows of features.</param>
    /// <param name="sums">Receives the affine map: whole blocks of rows.</param>
    /// <param name="values">Receives its ELU.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Forward(
        CoordinatewiseNetwork network,
        PackedWeights<TElement> weights,
        TElement* features,
        TElement* sums,
        TElement* values)
    {
        TileProduct<TOps, TVector, TElement>.Apply(
            sums,
            Tile.Padded(network.ProjectionSize),
            weights.Projection,
            weights.ProjectionBias,
            features,
            network.FeatureCount,
            null,
            0);
        for (var i = 0; i < network.ProjectionSize * Tile.Lanes; i += TOps.Count)
        {
            TOps.Store(values + i, Activations<TOps, TVector, TElement>.Elu(TOps.Load(sums + i)));
        }
    }

    /// <summary>The gradient of the sums from that of the values, for so many rows.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void Backward(TElement* values, TElement* valueGradients, TElement* sumGradients, int rows)
    {
        // ELU's derivative is 1 above zero and exp(x) = ELU(x) + 1 below.
        var (zero, one, least) = (TOps.Constant(0), TOps.Constant(1), TOps.Constant(KernelCode.Negligible));
        for (var i = 0; i < rows * Tile.Lanes; i += TOps.Count)
        {
            var slope = TOps.Add(TOps.AtMost(zero, TOps.Load(values + i)), one);
            var ofSum = TOps.Multiply(TOps.Load(valueGradients + i), slope);
            TOps.Store(sumGradients + i, TOps.ZeroBelow(least, ofSum));
        }
    }
}
