using System.Numerics;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>One over each feature's root mean square over its tensor, as a part of the first layer's weights.</summary>
/// <param name="network">Gives the sizes.</param>
/// <param name="operands">The step's.</param>
/// <param name="memory">Has the sums, and receives scales and weights.</param>
internal sealed unsafe class Celo2Scales<TElement>(
    Celo2Network network, Celo2Operands<TElement> operands, Celo2Memory<TElement> memory)
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>From the sums of all chunks.</summary>
    internal void Find(Celo2Layer<TElement> first)
    {
        var features = network.FeatureCount;
        Span<double> squares = stackalloc double[features];
        for (int tensor = 0, chunk = 0; tensor < operands.Layout.Tensors.Count; tensor++)
        {
            memory.SideSquares.AsSpan(tensor * features, features).CopyTo(squares);
            squares[..network.VectorFeatureCount].Clear();
            squares[^network.DecayCount..].Clear();
            for (; chunk < operands.Layout.Chunks.Count && operands.Layout.Chunks[chunk].Tensor == tensor; chunk++)
            {
                for (var feature = 0; feature < features; feature++)
                {
                    squares[feature] += memory.FeatureSquares[(chunk * features) + feature] / operands.Layout.Tensors[tensor].Count;
                }
            }

            var scales = memory.Scales.AsSpan(tensor * features, features);
            for (var feature = 0; feature < features; feature++)
            {
                scales[feature] = !operands.Layout.Tensors[tensor].IsMatrix && feature >= network.VectorFeatureCount
                    ? 0
                    : 1 / Math.Sqrt(squares[feature] + Celo2Network.NormEpsilon);
            }

            ScaleWeights(first, scales, memory.FirstWeights(tensor));
        }
    }

    private static void ScaleWeights(Celo2Layer<TElement> layer, ReadOnlySpan<double> scales, TElement* scaled)
    {
        var weights = layer.Weights;
        for (var block = 0; block < Tile.Padded(layer.Outputs); block += Tile.RowBlock)
        {
            foreach (var scale in scales)
            {
                var factor = TElement.CreateTruncating(scale);
                for (var row = 0; row < Tile.RowBlock; row++)
                {
                    *scaled++ = *weights++ * factor;
                }
            }
        }
    }
}
