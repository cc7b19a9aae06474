using System.Numerics;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>What one step works on, by address: whoever makes the step keeps the tensors alive.</summary>
internal sealed unsafe class Celo2Operands<TElement>
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>The optimizee's tensors.</summary>
    internal Celo2Layout Layout { get; private set; } = new(new([]));

    /// <summary>[N].</summary>
    internal TElement* Gradient { get; private set; }

    /// <summary>[N].</summary>
    internal TElement* Theta { get; private set; }

    /// <summary>[K, N], before the step.</summary>
    internal TElement* Momenta { get; private set; }

    /// <summary>[K, N], after it.</summary>
    internal TElement* NextMomenta { get; private set; }

    /// <summary>[N], before the step.</summary>
    internal TElement* MeanSquare { get; private set; }

    /// <summary>[N], after it.</summary>
    internal TElement* NextMeanSquare { get; private set; }

    /// <summary>[K, means], before the step.</summary>
    internal TElement* Factored { get; private set; }

    /// <summary>[K, means], after it.</summary>
    internal TElement* NextFactored { get; private set; }

    /// <summary>Receives directions, and then updates: [N].</summary>
    internal TElement* Result { get; private set; }

    /// <summary>What directions are multiplied with, beside themselves: [N]; null for none.</summary>
    internal TElement* Cotangent { get; private set; }

    /// <summary>The learning rate.</summary>
    internal double Rate { get; private set; }

    /// <summary>Turns to a step.</summary>
    /// <exception cref="ArgumentException">The tensors are not all of one N.</exception>
    internal void PointTo(
        Celo2Network network,
        Tensor gradient,
        Tensor theta,
        FusedCelo2State state,
        FusedCelo2State next,
        Tensor result,
        Tensor? cotangent)
    {
        Layout = state.Layout;
        var (count, decays) = (Layout.Count, network.DecayCount);
        Gradient = TensorMemory.Start<TElement>(gradient, count);
        Theta = TensorMemory.Start<TElement>(theta, count);
        Momenta = TensorMemory.Start<TElement>(state.Momenta, decays * count);
        NextMomenta = TensorMemory.Start<TElement>(next.Momenta, decays * count);
        MeanSquare = TensorMemory.Start<TElement>(state.MeanSquare, count);
        NextMeanSquare = TensorMemory.Start<TElement>(next.MeanSquare, count);
        Factored = TensorMemory.Start<TElement>(state.Factored, decays * Layout.MeanCount);
        NextFactored = TensorMemory.Start<TElement>(next.Factored, decays * Layout.MeanCount);
        Result = TensorMemory.Start<TElement>(result, count);
        Cotangent = cotangent is null ? null : TensorMemory.Start<TElement>(cotangent, count);
        Rate = network.RateAt(state.StepCount);
    }
}
