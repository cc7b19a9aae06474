using L2O.Flatness;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

public sealed class WorstStepTests
{
    // f = x^2 + 2 y^2 at (1.5, 1): g = (3, 4), and rho 0.5 steps by (0.3, 0.4).
    [Fact]
    public void OnAQuadraticTheLossThereAndWhatTheStepAddsAreTheClosedForms()
    {
        using var scope = NewDisposeScope();
        var point = Point(Bowl, [1.5, 1.0]);

        var (loss, lossGradient) = new SamLoss(new() { Rho = 0.5 }).MeasureWithGradient(point, memory: null);
        var (sharpness, gradient) = new SamSharpness(new() { Rho = 0.5 }).MeasureWithGradient(point, memory: null);

        Assert.Equal(7.16, loss.Value, 1e-12);
        Golden.AssertClose([3.6, 5.6], lossGradient, 1e-12);
        Assert.Equal(2.91, sharpness.Value, 1e-12);
        Golden.AssertClose([0.6, 1.6], gradient, 1e-12);
    }

    // Rescaling by t turns f(x) into f(x / t) at t x: nothing changes but the parameters' units.
    [Fact]
    public void AdaptivelyItDoesNotSeeTheScaleOfParameters()
    {
        using var scope = NewDisposeScope();
        var metric = new SamLoss(new() { Rho = 0.2, Adaptive = true });
        var scale = tensor(new[] { 10.0, 0.1 });
        var rescaled = new FunctionLoss(x => Bowl.At(x / scale));

        var plain = metric.Measure(Point(Bowl, [1.5, 1.0]), memory: null).Value;
        var other = metric.Measure(Point(rescaled, [15.0, 0.1]), memory: null).Value;

        Assert.Equal(plain, other, 1e-12);
        Assert.True(plain > 4.25);
    }

    [Fact]
    public void AtAStationaryPointTheLossThereIsTheLoss()
    {
        using var scope = NewDisposeScope();

        var (estimate, gradient) = new SamLoss(new()).MeasureWithGradient(Point(Bowl, [0, 0]), memory: null);

        Assert.Equal(0, estimate.Value);
        Assert.Equal([0.0, 0.0], gradient.data<double>().ToArray());
    }

    private static FunctionLoss Bowl => new(x => x[0].square() + (2 * x[1].square()));

    private static FlatnessPoint Point(ILoss loss, double[] theta) =>
        new(loss, _ => loss, tensor(theta), Step: 0, RandomStreams.FromSeed(1));
}
