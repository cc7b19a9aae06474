using System.Numerics;
using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

/// <summary>
/// What regularizers are for: the gradient of (1/T) sum_t [f(theta[t]) + alpha R(theta[t])] with respect to phi, from
/// nothing but f's and R's gradients at theta[t].
/// </summary>
public sealed class MetaGradientTests
{
    private static readonly SpectralNorm Converged = new(new() { Iterations = 3000, Tolerance = 1e-9 });

    [Theory]
    [InlineData("hessian_ev", 1e-6)]
    [InlineData("hessian_trace", 1e-9)]
    [InlineData("gradient_norm", 1e-9)]
    public void OfARegularizedUnrollIsTheGoldenOne(string kind, double tolerance)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read($"meta_gradient_dm_mlp_{kind}");
        var options = golden.GetProperty("optimizer");
        var dm = new DmOptimizer(new()
        {
            Hidden = [.. options.GetProperty("hidden").EnumerateArray().Select(size => size.GetInt32())],
            OutputScale = options.GetProperty("output_scale").GetDouble(),
        });
        var network = new GoldenMlp(golden.GetProperty("mlp"));
        ILoss loss = network;
        var (length, alpha) = (golden.GetProperty("T").GetInt32(), golden.GetProperty("alpha").GetDouble());
        var theta = Golden.Tensor(golden.GetProperty("theta0"));
        var tape = dm.Record(Golden.Phi(dm.PhiLayout, golden.GetProperty("weights")));
        var state = tape.Init(network.Layout, theta, RandomStreams.FromSeed(1));
        var cotangents = new Tensor[length];
        double metaLoss = 0;
        for (var t = 1; t <= length; t++)
        {
            (var update, state) = tape.Step(new LossGradients(loss), theta, state);
            theta = theta + update;
            var (value, gradient) = loss.WithGradient(theta);
            var (metric, metricGradient) = Measure(kind, new(loss, _ => loss, theta, t, RandomStreams.FromSeed(t)));
            metaLoss += (value.item<double>() + (alpha * metric)) / length;
            cotangents[t - 1] = (gradient + (alpha * metricGradient)) / length;
        }

        for (var s = length - 2; s >= 0; s--)
        {
            cotangents[s] = cotangents[s] + cotangents[s + 1];
        }

        var expected = golden.GetProperty("expected");
        var expectedLoss = expected.GetProperty("meta_loss").GetDouble();
        Assert.Equal(expectedLoss, metaLoss, 1e-9 * Math.Abs(expectedLoss));
        Golden.AssertGradient(
            dm.PhiLayout, expected.GetProperty("gradients"), tape.TimesCotangents(cotangents), tolerance);
    }

    private static (double Value, Tensor Gradient) Measure(string kind, FlatnessPoint point)
    {
        if (kind == "hessian_trace")
        {
            return ExactTrace(new Hessian(point.Loss, point.Theta));
        }

        IFlatnessMetric metric = kind == "hessian_ev" ? Converged : new GradientNorm();
        var (estimate, gradient) = metric.MeasureWithGradient(point, memory: null);
        return (estimate.Value, gradient);
    }

    // The rows of a Hadamard matrix, cut to length, are signs whose outer products sum to a multiple of the identity:
    // together they leave Hutchinson's estimator no variance.
    private static (double Value, Tensor Gradient) ExactTrace(Hessian hessian)
    {
        var count = (int)BitOperations.RoundUpToPowerOf2((uint)hessian.Size);
        Tensor Row(int i) => tensor(
            [.. Enumerable.Range(0, (int)hessian.Size)
                .Select(j => BitOperations.PopCount((uint)(i & j)) % 2 == 0 ? 1.0 : -1.0)]);

        var (trace, _, gradient) = new TraceProbes([], count, Row).MeasureWithGradient(hessian);
        return (trace.Value.Value, gradient);
    }
}
