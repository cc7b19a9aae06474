using L2O.Flatness;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

public sealed class HessianTraceTests
{
    // f = sum of x^4 / 12 has the Hessian diag(x^2), on which one probe is exact: trace 6.5, slope 2 x.
    [Theory]
    [InlineData(TraceForm.Signed, 1, 6.5, 1)]
    [InlineData(TraceForm.Absolute, 1, 6.5, 1)]
    [InlineData(TraceForm.Absolute, -1, 6.5, 1)]
    [InlineData(TraceForm.Squared, -1, 42.25, 13)]
    [InlineData(TraceForm.Hinge, 1, 6.5, 1)]
    [InlineData(TraceForm.Hinge, -1, 0, 0)]
    [InlineData(TraceForm.Signed, -1, -6.5, -1)]
    public void OfQuarticsIsTheClosedForm(TraceForm form, double sign, double value, double slope)
    {
        using var scope = NewDisposeScope();
        var point = Point(new FunctionLoss(x => sign * x.pow(4).sum() / 12), step: 0);

        var (estimate, gradient) = new HessianTrace(new() { Form = form }).MeasureWithGradient(point, memory: null);

        Assert.Equal(value, estimate.Value, 1e-12);
        Golden.AssertClose([slope * 3, slope * -1, slope * 4], gradient, 1e-12);
    }

    [Fact]
    public void HutchPlusPlusHasTheSameGradientOnQuartics()
    {
        using var scope = NewDisposeScope();
        var point = Point(new FunctionLoss(x => x.pow(4).sum() / 12), step: 0);

        var (estimate, gradient) = new HessianTrace(new() { Method = TraceMethod.HutchPlusPlus, Probes = 9 })
            .MeasureWithGradient(point, memory: null);

        Assert.Equal(6.5, estimate.Value, 1e-12);
        Golden.AssertClose([3, -1, 4], gradient, 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProbesAreNewAtEveryStepUnlessFrozen(bool frozen)
    {
        using var scope = NewDisposeScope();
        var coupled = new FunctionLoss(x => (x[0] * x[1]) + (x[1] * x[2]) - (0.3 * x[0] * x[2]));
        IFlatnessMetric[] metrics =
        [
            new HessianTrace(new() { Frozen = frozen, Form = TraceForm.Signed }),
            new SpectralScalar(new() { Frozen = frozen, Scalar = EsdScalar.EsdTrace }),
        ];

        Assert.All(metrics, metric =>
        {
            var values = Enumerable.Range(0, 20).Select(step => metric.Measure(Point(coupled, step), memory: null).Value);
            Assert.Equal(frozen, values.Distinct().Count() == 1);
        });
    }

    [Fact]
    public void TheErrorOfTheSquareIsTheTracesTimesItsSlope()
    {
        using var scope = NewDisposeScope();
        var point = Point(new FunctionLoss(x => x.square().sum().square()), step: 0);
        HessianTraceOptions options = new() { Probes = 8, Form = TraceForm.Signed };

        var plain = new HessianTrace(options).Measure(point, memory: null);
        var squared = new HessianTrace(options with { Form = TraceForm.Squared }).Measure(point, memory: null);

        Assert.True(plain.Error > 0);
        Assert.Equal(2 * plain.Value * plain.Error, squared.Error, 1e-9);
    }

    private static FlatnessPoint Point(ILoss loss, long step) =>
        new(loss, _ => loss, tensor(new[] { 1.5, -0.5, 2.0 }), step, RandomStreams.FromSeed(1));
}
