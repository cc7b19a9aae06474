using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>Cotangents of class scores, example by example, along a line: terms up to e or e^2 where scores are z + e z1 + e^2 z2.</summary>
internal static unsafe class SoftmaxJets<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>The terms of one example's scores become those of its cotangents.</summary>
    /// <remarks>
    /// With p = softmax(z), u = z1 less its mean under p, and q = z2 + u^2 / 2 less its mean, the terms of the softmax are p, p u and
    /// p q: whatever is alike for all classes changes none of them.
    /// </remarks>
    /// <param name="scores">Products of an affine map, without biases, a pointer for each term; the rest of the width is 0 afterwards.</param>
    /// <param name="biases">One row for each of the first two terms.</param>
    /// <param name="order">Of the highest term, 1 or 2.</param>
    /// <param name="classes">How many.</param>
    /// <param name="width">The same as whole vectors.</param>
    /// <param name="label">From 0.</param>
    /// <param name="weight">What the example counts in the mean.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Cotangents(
        TElement** scores, TElement** biases, int order, int classes, int width, long label, double weight)
    {
        TElement* z = scores[0], z1 = scores[1], z2 = order > 1 ? scores[2] : null;
        var largest = z[0] + biases[0][0];
        for (var i = 0; i < classes; i++)
        {
            z[i] += biases[0][i];
            z1[i] += biases[1][i];
            largest = TElement.Max(largest, z[i]);
        }

        for (var k = 0; k < width; k += TOps.Count)
        {
            var below = TOps.AtMost(TOps.Constant(0), TOps.Subtract(TOps.Load(z + k), TOps.Create(largest)));
            TOps.Store(z + k, Activations<TOps, TVector, TElement>.ExpOfNegative(below));
        }

        double sum = 0;
        for (var i = 0; i < classes; i++)
        {
            sum += double.CreateTruncating(z[i]);
        }

        Center(z, z1, classes, sum);
        for (var i = 0; i < classes && order > 1; i++)
        {
            z2[i] += TElement.CreateTruncating(0.5) * z1[i] * z1[i];
        }

        if (order > 1)
        {
            Center(z, z2, classes, sum);
        }

        for (var i = 0; i < classes; i++)
        {
            z[i] *= TElement.CreateTruncating(weight / sum);
            z1[i] *= z[i];
            if (order > 1)
            {
                z2[i] *= z[i];
            }
        }

        z[label] -= TElement.CreateTruncating(weight);
        for (var term = 0; term <= order; term++)
        {
            new Span<TElement>(scores[term] + classes, width - classes).Clear();
        }
    }

    private static void Center(TElement* weights, TElement* values, int classes, double sum)
    {
        var mean = 0.0;
        for (var i = 0; i < classes; i++)
        {
            mean += double.CreateTruncating(weights[i]) * double.CreateTruncating(values[i]);
        }

        mean /= sum;
        for (var i = 0; i < classes; i++)
        {
            values[i] -= TElement.CreateTruncating(mean);
        }
    }
}
