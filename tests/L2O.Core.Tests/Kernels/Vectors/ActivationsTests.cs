using System.Numerics;
using L2O.Kernels.Vectors;
using Xunit;

namespace L2O.Tests.Kernels.Vectors;

public sealed class ActivationsTests
{
    [Fact]
    public void FollowTheirDefinitionsFromZeroToSaturation() => EveryVector.Run(new Definitions());

    [Fact]
    public void KeepNaNAndSaturateAtInfinity() => EveryVector.Run(new Extremes());

    private readonly struct Definitions : IVectorCheck
    {
        public void Run<TOps, TVector, TElement>()
            where TOps : IVectorOps<TVector, TElement>
            where TVector : unmanaged
            where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
        {
            // Rounding x log2(e) costs as many units in the last place as x has factors of two.
            var unit = typeof(TElement) == typeof(float) ? Math.Pow(2, -24) : Math.Pow(2, -53);
            for (var x = -30.0; x <= 30; x += 1.0 / 64)
            {
                var tolerance = unit * (6 + (3 * Math.Abs(x)));
                var at = double.CreateTruncating(TElement.CreateTruncating(x));
                var (sigmoid, tanh, elu) = Apply<TOps, TVector, TElement>(at);
                AssertNear(1 / (1 + Math.Exp(-at)), sigmoid, tolerance);
                AssertNear(Math.Tanh(at), tanh, 8 * unit);
                AssertNear(EluOf(at), elu, 8 * unit);
            }

            // Near zero tanh and ELU are as good as the number is.
            foreach (var x in new[] { 1e-3, -1e-3, 1e-6, -1e-6, 1e-20, -1e-20 })
            {
                var at = double.CreateTruncating(TElement.CreateTruncating(x));
                var (_, tanh, elu) = Apply<TOps, TVector, TElement>(at);
                AssertNear(Math.Tanh(at), tanh, 8 * unit);
                AssertNear(EluOf(at), elu, 8 * unit);
            }
        }

        // exp(x) - 1 without cancellation near zero.
        private static double EluOf(double x) => x > 0 ? x : 2 * Math.Exp(x / 2) * Math.Sinh(x / 2);

        private static void AssertNear(double expected, double actual, double tolerance) => Assert.True(
            Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");
    }

    private readonly struct Extremes : IVectorCheck
    {
        public void Run<TOps, TVector, TElement>()
            where TOps : IVectorOps<TVector, TElement>
            where TVector : unmanaged
            where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
        {
            var least = typeof(TElement) == typeof(float) ? Math.Pow(2, -48) : Math.Pow(2, -480);
            Assert.Equal((0.5, 0.0, 0.0), Apply<TOps, TVector, TElement>(0));
            foreach (var large in new[] { 1e4, 1e30, double.PositiveInfinity })
            {
                Assert.Equal((1.0, 1.0, large), Apply<TOps, TVector, TElement>(large), (a, b) => a.Item1 == b.Item1
                    && a.Item2 == b.Item2 && Math.Abs(a.Item3 / b.Item3 - 1) is < 1e-6 or double.NaN);
                var (sigmoid, tanh, elu) = Apply<TOps, TVector, TElement>(-large);
                Assert.InRange(sigmoid, 0, least);
                Assert.Equal((-1.0, -1.0), (tanh, elu));
            }

            var (nanSigmoid, nanTanh, nanElu) = Apply<TOps, TVector, TElement>(double.NaN);
            Assert.True(double.IsNaN(nanSigmoid) && double.IsNaN(nanTanh) && double.IsNaN(nanElu));
        }
    }

    private static unsafe (double Sigmoid, double Tanh, double Elu) Apply<TOps, TVector, TElement>(double x)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        var results = stackalloc TElement[3 * TOps.Count];
        var value = TOps.Create(TElement.CreateTruncating(x));
        var exponent = TOps.Multiply(value, TOps.Constant(Exponents.OfSigmoid));
        TOps.Store(
            results,
            TOps.Divide(TOps.Constant(1), Activations<TOps, TVector, TElement>.OnePlusPowerOfTwo(exponent)));
        TOps.Store(results + TOps.Count, Activations<TOps, TVector, TElement>.Tanh(value));
        TOps.Store(results + (2 * TOps.Count), Activations<TOps, TVector, TElement>.Elu(value));
        var last = TOps.Count - 1;
        return (double.CreateTruncating(results[last]), double.CreateTruncating(results[TOps.Count + last]),
            double.CreateTruncating(results[(2 * TOps.Count) + last]));
    }
}
