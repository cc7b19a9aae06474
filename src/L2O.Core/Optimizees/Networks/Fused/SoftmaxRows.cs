using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>Cross-entropy of class scores, example by example.</summary>
internal static unsafe class SoftmaxRows<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>The loss of one example; the scores become its cotangents.</summary>
    /// <param name="scores">Products of an affine map, without biases; the rest of the width is 0 afterwards.</param>
    /// <param name="biases">One row.</param>
    /// <param name="classes">How many.</param>
    /// <param name="width">The same as whole vectors.</param>
    /// <param name="label">From 0.</param>
    /// <param name="weight">What the example counts in the mean: one over the number of examples.</param>
    /// <param name="isCorrect">Whether the label is the first class with the largest score.</param>
    [MethodImpl(KernelCode.Options)]
    internal static double Loss(
        TElement* scores, TElement* biases, int classes, int width, long label, double weight, out bool isCorrect)
    {
        var best = 0;
        for (var i = 0; i < classes; i++)
        {
            scores[i] += biases[i];

            // NaN is the largest, and stays.
            best = scores[i] <= scores[best] || TElement.IsNaN(scores[best]) ? best : i;
        }

        isCorrect = best == label;
        var largest = scores[best];
        var above = double.CreateTruncating(largest - scores[label]);
        for (var k = 0; k < width; k += TOps.Count)
        {
            var below = TOps.AtMost(TOps.Constant(0), TOps.Subtract(TOps.Load(scores + k), TOps.Create(largest)));
            TOps.Store(scores + k, Activations<TOps, TVector, TElement>.ExpOfNegative(below));
        }

        var sum = 0.0;
        for (var i = 0; i < classes; i++)
        {
            sum += double.CreateTruncating(scores[i]);
        }

        var scale = TOps.Create(TElement.CreateTruncating(weight / sum));
        for (var k = 0; k < width; k += TOps.Count)
        {
            TOps.Store(scores + k, TOps.Multiply(TOps.Load(scores + k), scale));
        }

        new Span<TElement>(scores + classes, width - classes).Clear();
        scores[label] -= TElement.CreateTruncating(weight);
        return Math.Log(sum) + above;
    }
}
