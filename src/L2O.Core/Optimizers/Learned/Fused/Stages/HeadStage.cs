using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Kernels.Vectors;

namespace L2O.Optimizers.Learned.Fused.Stages;

/// <summary>From the last layer's values to the update, and back.</summary>
internal static unsafe class HeadStage<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>The updates: one row.</summary>
    /// <param name="hidden">Rows of the last layer.</param>
    /// <param name="network">Gives scale and kind of head.</param>
    /// <param name="weights">Gives the head's.</param>
    /// <param name="update">Receives one row.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Forward(
        TElement* hidden, CoordinatewiseNetwork network, PackedWeights<TElement> weights, TElement* update)
    {
        var scale = TOps.Constant(network.OutputScale);
        for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
        {
            var output = Output(hidden + lane, network.Hidden[^1], weights);
            output = network.HasTanhHead ? Activations<TOps, TVector, TElement>.Tanh(output) : output;
            TOps.Store(update + lane, TOps.Multiply(output, scale));
        }
    }

    /// <summary>Turns the gradient of the updates, one row, into that of the linear output.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void Backward(
        TElement* hidden, CoordinatewiseNetwork network, PackedWeights<TElement> weights, TElement* gradient)
    {
        var (scale, least) = (TOps.Constant(network.OutputScale), TOps.Constant(KernelCode.Negligible));
        for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
        {
            var d = TOps.Multiply(TOps.Load(gradient + lane), scale);
            if (network.HasTanhHead)
            {
                var output = Output(hidden + lane, network.Hidden[^1], weights);
                var value = Activations<TOps, TVector, TElement>.Tanh(output);
                d = TOps.Subtract(d, TOps.Multiply(TOps.Multiply(d, value), value));
            }

            TOps.Store(gradient + lane, TOps.ZeroBelow(least, d));
        }
    }

    /// <summary>The gradient of the last layer's rows, from that of the linear output.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void ToHidden(
        TElement* gradient, CoordinatewiseNetwork network, PackedWeights<TElement> weights, TElement* hiddenGradient)
    {
        for (var row = 0; row < network.Hidden[^1]; row++)
        {
            var weight = TOps.Create(weights.Head[row]);
            for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
            {
                TOps.Store(hiddenGradient + lane, TOps.Multiply(weight, TOps.Load(gradient + lane)));
            }

            hiddenGradient += Tile.Lanes;
        }
    }

    // Two sums at once, as one alone would wait for each addition before the next.
    private static TVector Output(TElement* hidden, int size, PackedWeights<TElement> weights)
    {
        var head = weights.Head;
        var even = TOps.Create(*weights.HeadBias);
        TVector odd = default;
        for (var row = 0; row + 1 < size; row += 2)
        {
            even = TOps.MultiplyAdd(TOps.Create(head[row]), TOps.Load(hidden + (row * Tile.Lanes)), even);
            odd = TOps.MultiplyAdd(TOps.Create(head[row + 1]), TOps.Load(hidden + ((row + 1) * Tile.Lanes)), odd);
        }

        if (size % 2 == 1)
        {
            even = TOps.MultiplyAdd(TOps.Create(head[size - 1]), TOps.Load(hidden + ((size - 1) * Tile.Lanes)), even);
        }

        return TOps.Add(even, odd);
    }
}
