using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Tensors;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>
/// An activation of whole vectors, along a line: of z + e z1 + e^2 z2 it gives the terms of value and slope up to e or e^2.
/// </summary>
internal static unsafe class ActivationJets<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>Adds the biases to rows of an affine map's products, and activates them.</summary>
    /// <param name="activation">Which.</param>
    /// <param name="values">Terms, a pointer to rows for each; replaced by the activation's.</param>
    /// <param name="slopes">Receives those of its derivative.</param>
    /// <param name="biases">One row for each of the first two terms.</param>
    /// <param name="order">Of the highest term, 1 or 2.</param>
    /// <param name="rows">How many.</param>
    /// <param name="width">Numbers in a row: whole vectors.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Forward(
        Activation activation, TElement** values, TElement** slopes, TElement** biases, int order, int rows, int width)
    {
        TElement* v0 = values[0], v1 = values[1], v2 = order > 1 ? values[2] : null;
        TElement* s0 = slopes[0], s1 = slopes[1], s2 = order > 1 ? slopes[2] : null;
        var half = TOps.Constant(0.5);
        for (var i = 0; i < rows * width; i += TOps.Count)
        {
            var bias = i % width;
            var z = TOps.Add(TOps.Load(v0 + i), TOps.Load(biases[0] + bias));
            var z1 = TOps.Add(TOps.Load(v1 + i), TOps.Load(biases[1] + bias));
            var value = ActivationRows<TOps, TVector, TElement>.At(activation, z, out var slope);
            Derivatives(activation, z, value, slope, out var second, out var third);
            TOps.Store(v0 + i, value);
            TOps.Store(s0 + i, slope);
            TOps.Store(v1 + i, TOps.Multiply(slope, z1));
            TOps.Store(s1 + i, TOps.Multiply(second, z1));
            if (order > 1)
            {
                var (z2, square) = (TOps.Load(v2 + i), TOps.Multiply(half, TOps.Multiply(z1, z1)));
                TOps.Store(v2 + i, TOps.MultiplyAdd(slope, z2, TOps.Multiply(second, square)));
                TOps.Store(s2 + i, TOps.MultiplyAdd(second, z2, TOps.Multiply(third, square)));
            }
        }
    }

    /// <summary>Multiplies cotangents by slopes, term by term; those that are next to nothing become 0.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void Backward(TElement** cotangents, TElement** slopes, int order, int count)
    {
        TElement* c0 = cotangents[0], c1 = cotangents[1], c2 = order > 1 ? cotangents[2] : null;
        TElement* s0 = slopes[0], s1 = slopes[1], s2 = order > 1 ? slopes[2] : null;
        var least = TOps.Constant(KernelCode.Negligible);
        for (var i = 0; i < count; i += TOps.Count)
        {
            var (u0, u1) = (TOps.Load(c0 + i), TOps.Load(c1 + i));
            var (a0, a1) = (TOps.Load(s0 + i), TOps.Load(s1 + i));
            TOps.Store(c0 + i, TOps.ZeroBelow(least, TOps.Multiply(u0, a0)));
            TOps.Store(c1 + i, TOps.ZeroBelow(least, TOps.MultiplyAdd(u1, a0, TOps.Multiply(u0, a1))));
            if (order > 1)
            {
                var lower = TOps.MultiplyAdd(u1, a1, TOps.Multiply(u0, TOps.Load(s2 + i)));
                TOps.Store(c2 + i, TOps.ZeroBelow(least, TOps.MultiplyAdd(TOps.Load(c2 + i), a0, lower)));
            }
        }
    }

    // The second and third derivatives.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Derivatives(
        Activation activation, TVector z, TVector value, TVector slope, out TVector second, out TVector third)
    {
        var zero = TOps.Constant(0);
        switch (activation)
        {
            case Activation.Sigmoid:
                OfSigmoid(value, slope, out second, out third);
                break;
            case Activation.Tanh:
                var doubled = TOps.Multiply(TOps.Constant(-2), slope);
                second = TOps.Multiply(doubled, value);
                third = TOps.Multiply(
                    doubled, TOps.MultiplyAdd(TOps.Multiply(TOps.Constant(-2), value), value, slope));
                break;
            case Activation.Elu:
                second = third = TOps.WherePositive(TOps.Subtract(zero, z), slope);
                break;
            case Activation.Gelu:
                var square = TOps.Multiply(z, z);
                var density = TOps.Multiply(
                    Activations<TOps, TVector, TElement>.ExpOfNegative(TOps.Multiply(square, TOps.Constant(-0.5))),
                    TOps.Constant(1 / Math.Sqrt(2 * Math.PI)));
                second = TOps.Multiply(density, TOps.Subtract(TOps.Constant(2), square));
                third = TOps.Multiply(TOps.Multiply(z, density), TOps.Subtract(square, TOps.Constant(4)));
                break;
            case Activation.Silu:
                var sigmoid = Activations<TOps, TVector, TElement>.Sigmoid(z);
                var first = TOps.Subtract(sigmoid, TOps.Multiply(sigmoid, sigmoid));
                OfSigmoid(sigmoid, first, out var ofSigmoid, out third);
                second = TOps.MultiplyAdd(z, ofSigmoid, TOps.Add(first, first));
                third = TOps.MultiplyAdd(z, third, TOps.Multiply(TOps.Constant(3), ofSigmoid));
                break;
            case Activation.Softplus:
                second = TOps.Subtract(slope, TOps.Multiply(slope, slope));
                OfSigmoid(slope, second, out third, out _);
                break;
            default:
                second = third = zero;
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OfSigmoid(TVector sigmoid, TVector slope, out TVector second, out TVector third)
    {
        var one = TOps.Constant(1);
        second = TOps.Multiply(slope, TOps.Subtract(one, TOps.Add(sigmoid, sigmoid)));
        third = TOps.Multiply(slope, TOps.Subtract(one, TOps.Multiply(TOps.Constant(6), slope)));
    }
}
