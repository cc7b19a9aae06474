using L2O.MetaTraining;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>
/// The smallest learned optimizer worth the name, step size and momentum, on a quadratic: once in plain numbers, fast
/// enough for many unrolls, and once in tensors for the exact gradient by back-propagation.
/// </summary>
internal static class MomentumOnABowl
{
    private static readonly double[] Curvature = [1.0, 3.0];
    private static readonly double[] Origin = [0.8, -0.6];

    internal static State Start { get; } = new(Origin, [0, 0]);

    internal static Tensor Phi() => tensor(new[] { 0.1, 0.7 });

    /// <summary>The sum of losses over the steps of one unroll.</summary>
    internal static RunUnrolls<State> Unroll(int length) => unrolls =>
        [.. unrolls.Select(unroll => Run(unroll.Phi, unroll.Start, length))];

    private static UnrollOutcome<State> Run(Tensor phi, State start, int length)
    {
        var values = phi.data<double>();
        var (stepSize, decay) = (values[0], values[1]);
        double[] x = [.. start.X];
        double[] m = [.. start.M];
        double sum = 0;
        for (var t = 0; t < length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                m[i] = (decay * m[i]) + (Curvature[i] * x[i]);
                x[i] -= stepSize * m[i];
                sum += 0.5 * Curvature[i] * x[i] * x[i];
            }
        }

        return new(new(sum, MetaLoss: sum, FinalLoss: 0), new(x, m));
    }

    /// <summary>The gradient of the sum of losses over an unroll from the start.</summary>
    internal static double[] Gradient(int length)
    {
        using var scope = NewDisposeScope();
        var phi = Phi().requires_grad_();
        var curvature = tensor(Curvature);
        var x = tensor(Origin);
        var m = zeros_like(x);
        var sum = zeros(1, dtype: float64);
        for (var t = 0; t < length; t++)
        {
            m = (phi[1] * m) + (curvature * x);
            x = x - (phi[0] * m);
            sum = sum + (0.5 * curvature * x.square()).sum();
        }

        return Gradients.Of(sum, phi).data<double>().ToArray();
    }

    internal sealed record State(double[] X, double[] M);
}
