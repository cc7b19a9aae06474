using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Tensors;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>An activation and its slope, of whole vectors.</summary>
internal static unsafe class ActivationRows<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>Adds the biases to rows of an affine map's products, and activates them.</summary>
    /// <param name="activation">Which.</param>
    /// <param name="values">Rows; replaced by the activation's values.</param>
    /// <param name="slopes">Receives its derivatives.</param>
    /// <param name="biases">One row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="width">Numbers in a row: whole vectors.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Forward(
        Activation activation, TElement* values, TElement* slopes, TElement* biases, int rows, int width)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var k = 0; k < width; k += TOps.Count)
            {
                var z = TOps.Add(TOps.Load(values + k), TOps.Load(biases + k));
                TOps.Store(values + k, At(activation, z, out var slope));
                TOps.Store(slopes + k, slope);
            }

            values += width;
            slopes += width;
        }
    }

    /// <summary>Multiplies cotangents by slopes; those that are next to nothing become 0.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void Backward(TElement* cotangents, TElement* slopes, int count)
    {
        var least = TOps.Constant(KernelCode.Negligible);
        for (var k = 0; k < count; k += TOps.Count)
        {
            var product = TOps.Multiply(TOps.Load(cotangents + k), TOps.Load(slopes + k));
            TOps.Store(cotangents + k, TOps.ZeroBelow(least, product));
        }
    }

    /// <summary>The activation and its derivative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector At(Activation activation, TVector z, out TVector slope)
    {
        var (zero, one) = (TOps.Constant(0), TOps.Constant(1));
        TVector value;
        switch (activation)
        {
            case Activation.Sigmoid:
                value = Activations<TOps, TVector, TElement>.Sigmoid(z);
                slope = TOps.Subtract(value, TOps.Multiply(value, value));
                return value;
            case Activation.Relu:
                slope = TOps.WherePositive(z, one);
                return TOps.AtLeast(zero, z);
            case Activation.Tanh:
                value = Activations<TOps, TVector, TElement>.Tanh(z);
                slope = TOps.Subtract(one, TOps.Multiply(value, value));
                return value;
            case Activation.Elu:
                value = Activations<TOps, TVector, TElement>.Elu(z);
                slope = TOps.Add(TOps.AtMost(zero, value), one);
                return value;
            case Activation.Gelu:
                var distribution = NormalDistribution(z, out var density);
                slope = TOps.MultiplyAdd(z, density, distribution);
                return TOps.Multiply(z, distribution);
            case Activation.Silu:
                var sigmoid = Activations<TOps, TVector, TElement>.Sigmoid(z);
                value = TOps.Multiply(z, sigmoid);
                slope = TOps.MultiplyAdd(value, TOps.Subtract(one, sigmoid), sigmoid);
                return value;
            case Activation.LeakyRelu:
                var steepness = TOps.Constant(Activations.LeakySlope);
                slope = TOps.Add(steepness, TOps.WherePositive(z, TOps.Subtract(one, steepness)));
                return TOps.Multiply(z, slope);
            default:
                slope = Activations<TOps, TVector, TElement>.Sigmoid(z);
                var small = Activations<TOps, TVector, TElement>.ExpOfNegative(TOps.Subtract(zero, TOps.Abs(z)));
                return TOps.Add(TOps.AtLeast(zero, z), TOps.Log(TOps.Add(one, small)));
        }
    }

    // Half the complementary error function, by the Chebyshev fit of Press et al. (Numerical Recipes, 6.2.2) with a relative
    // error below 1.2e-7, which is about that of float32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector NormalDistribution(TVector z, out TVector density)
    {
        var one = TOps.Constant(1);
        var t = TOps.Divide(one, TOps.MultiplyAdd(TOps.Abs(z), TOps.Constant(0.5 * Math.Sqrt(0.5)), one));
        var q = TOps.Constant(0.17087277);
        q = TOps.MultiplyAdd(q, t, TOps.Constant(-0.82215223));
        q = TOps.MultiplyAdd(q, t, TOps.Constant(1.48851587));
        q = TOps.MultiplyAdd(q, t, TOps.Constant(-1.13520398));
        q = TOps.MultiplyAdd(q, t, TOps.Constant(0.27886807));
        q = TOps.MultiplyAdd(q, t, TOps.Constant(-0.18628806));
        q = TOps.MultiplyAdd(q, t, TOps.Constant(0.09678418));
        q = TOps.MultiplyAdd(q, t, TOps.Constant(0.37409196));
        q = TOps.MultiplyAdd(q, t, TOps.Constant(1.00002368));
        q = TOps.MultiplyAdd(q, t, TOps.Constant(-1.26551223));
        var exponent = TOps.Multiply(TOps.Multiply(z, z), TOps.Constant(-0.5));
        density = TOps.Multiply(
            Activations<TOps, TVector, TElement>.ExpOfNegative(exponent), TOps.Constant(1 / Math.Sqrt(2 * Math.PI)));
        var tail = TOps.Multiply(
            TOps.Multiply(t, TOps.Constant(0.5)), Activations<TOps, TVector, TElement>.ExpOfNegative(TOps.Add(exponent, q)));
        return TOps.Add(tail, TOps.WherePositive(z, TOps.Subtract(one, TOps.Add(tail, tail))));
    }
}
