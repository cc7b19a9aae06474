using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Optimizers.Learned.Fused.Stages;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>Celo2's network, of a tile.</summary>
internal static unsafe class PerceptronStage<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>From the record's features to its direction.</summary>
    /// <param name="weights">Of the layers.</param>
    /// <param name="firstWeights">The first layer's, for features as they are.</param>
    /// <param name="record">Where the values are.</param>
    /// <param name="expMult">What the magnitude is multiplied by in the exponent.</param>
    /// <param name="tile">The record.</param>
    internal static void Forward(
        Celo2Weights<TElement> weights, TElement* firstWeights, Celo2Record record, double expMult, TElement* tile)
    {
        var sums = tile + record.Sums;
        for (var l = 0; l < weights.Layers.Length; l++)
        {
            var layer = weights.Layers[l];
            TileProduct<TOps, TVector, TElement>.Apply(
                sums,
                Tile.Padded(layer.Outputs),
                l == 0 ? firstWeights : layer.Weights,
                layer.Bias,
                tile + record.Inputs[l],
                layer.Inputs,
                null,
                0);
            if (l + 1 < weights.Layers.Length)
            {
                Rectify(sums, tile + record.Inputs[l + 1], layer.Outputs * Tile.Lanes);
            }
        }

        Direction(sums, expMult, tile + record.Direction);
    }

    /// <summary>From the cotangents of the direction, in the first row of the last layer's, to those of all layers' outputs.</summary>
    internal static void Backward(Celo2Weights<TElement> weights, Celo2Record record, double expMult, TElement* tile)
    {
        var last = weights.Layers.Length - 1;
        OfOutputs(tile + record.Sums, expMult, tile + record.Direction, tile + record.Cotangents[last]);
        for (var l = last; l > 0; l--)
        {
            var layer = weights.Layers[l];
            TileProduct<TOps, TVector, TElement>.Apply(
                tile + record.Sums,
                Tile.Padded(layer.Inputs),
                layer.Transposed,
                weights.Zeros,
                tile + record.Cotangents[l],
                layer.Outputs,
                null,
                0);
            WherePositive(tile + record.Inputs[l], tile + record.Sums, tile + record.Cotangents[l - 1], layer.Inputs * Tile.Lanes);
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void Rectify(TElement* sums, TElement* values, int count)
    {
        var zero = TOps.Constant(0);
        for (var i = 0; i < count; i += TOps.Count)
        {
            TOps.Store(values + i, TOps.AtLeast(zero, TOps.Load(sums + i)));
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void WherePositive(TElement* conditions, TElement* values, TElement* results, int count)
    {
        for (var i = 0; i < count; i += TOps.Count)
        {
            TOps.Store(results + i, TOps.WherePositive(TOps.Load(conditions + i), TOps.Load(values + i)));
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void Direction(TElement* outputs, double expMult, TElement* direction)
    {
        for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
        {
            var value = TOps.Load(outputs + lane);
            TOps.Store(direction + lane, expMult > 0 ? TOps.Multiply(value, Size(outputs + lane, expMult)) : value);
        }
    }

    // Of the three outputs the last is not used.
    [MethodImpl(KernelCode.Options)]
    private static void OfOutputs(TElement* outputs, double expMult, TElement* direction, TElement* cotangents)
    {
        for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
        {
            var d = TOps.Load(cotangents + lane);
            TVector ofMagnitude = default;
            if (expMult > 0)
            {
                ofMagnitude = TOps.Multiply(TOps.Multiply(d, TOps.Load(direction + lane)), TOps.Constant(expMult));
                d = TOps.Multiply(d, Size(outputs + lane, expMult));
            }

            TOps.Store(cotangents + lane, d);
            TOps.Store(cotangents + Tile.Lanes + lane, ofMagnitude);
            TOps.Store(cotangents + (2 * Tile.Lanes) + lane, default);
        }
    }

    // exp(x) as exp(min(x, 0)) / exp(-max(x, 0)).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Size(TElement* outputs, double expMult)
    {
        var zero = TOps.Constant(0);
        var x = TOps.Multiply(TOps.Load(outputs + Tile.Lanes), TOps.Constant(expMult));
        return TOps.Divide(
            Activations<TOps, TVector, TElement>.ExpOfNegative(TOps.AtMost(zero, x)),
            Activations<TOps, TVector, TElement>.ExpOfNegative(TOps.Subtract(zero, TOps.AtLeast(zero, x))));
    }
}
