using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness.Curvature;

/// <summary>Stochastic traces against matrices whose traces are known.</summary>
public sealed class TraceTests
{
    [Fact]
    public void OneProbeGivesTheTraceOfADiagonalExactly()
    {
        using var scope = NewDisposeScope();
        var hessian = Quadratic(diag(tensor(new[] { 5.0, -3.0, 1.0, 0.5 })));

        var trace = HutchinsonTrace.Of(hessian, probes: 1, RandomStreams.FromSeed(1));
        var square = HutchinsonTrace.OfSquare(hessian, probes: 1, RandomStreams.FromSeed(1));

        Assert.Equal(3.5, trace.Value, 1e-14);
        Assert.Equal(35.25, square.Value, 1e-14);
        Assert.Equal(Math.Sqrt(35.25), FrobeniusNorm.Of(hessian, 1, RandomStreams.FromSeed(1)).Value, 1e-14);
        Assert.Equal(double.NaN, trace.Error);
    }

    // A single probe's variance is 2 (|H|_F^2 - sum of H_ii^2).
    [Fact]
    public void TheStandardErrorIsThatOfTheClosedForm()
    {
        using var scope = NewDisposeScope();
        var a = Matrix(12);
        var variance = 2 * (a.square().sum() - a.diagonal().square().sum()).item<double>();

        var trace = HutchinsonTrace.Of(Quadratic(a), probes: 4000, RandomStreams.FromSeed(1));

        Assert.Equal(Math.Sqrt(variance / 4000), trace.Error, 0.05 * trace.Error);
        Assert.Equal(a.trace().item<double>(), trace.Value, 4 * trace.Error);
    }

    // 2.2622 is Student's 97.5% quantile for 9 degrees of freedom. Of 1,000 intervals 950 should cover; the number that
    // do has standard deviation 6.9, and 28 is four of them.
    [Fact]
    public void IntervalsFromTheStandardErrorCoverTheTraceNineteenTimesInTwenty()
    {
        using var scope = NewDisposeScope();
        var a = Matrix(40);
        var exact = a.trace().item<double>();
        var hessian = Quadratic(a);
        var streams = RandomStreams.FromSeed(7);
        bool Covers(int repetition)
        {
            var trace = HutchinsonTrace.Of(hessian, probes: 10, streams.At("repetition", repetition));
            return Math.Abs(trace.Value - exact) <= 2.2622 * trace.Error;
        }

        Assert.InRange(Enumerable.Range(0, 1000).Count(Covers), 922, 978);
    }

    // The error of a root is that of its square over twice the root, where the error is small.
    [Fact]
    public void TheFrobeniusNormLiesWithinItsErrorOfTheMatrixNorm()
    {
        using var scope = NewDisposeScope();
        var a = Matrix(12);

        var norm = FrobeniusNorm.Of(Quadratic(a), probes: 4000, RandomStreams.FromSeed(2));
        var square = HutchinsonTrace.OfSquare(Quadratic(a), probes: 4000, RandomStreams.FromSeed(2));

        Assert.Equal(a.square().sum().sqrt().item<double>(), norm.Value, 4 * norm.Error);
        Assert.Equal(square.Value, norm.Value * norm.Value, 1e-12);
        Assert.Equal(
            Math.Sqrt(square.Value + square.Error) - Math.Sqrt(square.Value - square.Error), 2 * norm.Error, 1e-3 * norm.Error);
    }

    [Fact]
    public void HutchPlusPlusIsExactWhereTheSketchSpansTheRange()
    {
        using var scope = NewDisposeScope();
        var factors = Matrix(10)[.., ..2];
        var a = factors.mm(factors.t());

        var trace = HutchinsonTrace.PlusPlus(Quadratic(a), products: 6, RandomStreams.FromSeed(1));

        Assert.Equal(a.trace().item<double>(), trace.Value, 1e-12);
        Assert.Equal(0, trace.Error, 1e-12);
    }

    [Theory]
    [InlineData("flatness_mlp_sigmoid")]
    [InlineData("flatness_mlp_tanh")]
    public void ThePerceptronsTraceLiesWithinFourStandardErrorsOfEveryEstimate(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read(name);
        var exact = golden.GetProperty("expected").GetProperty("trace").GetDouble();
        var squares = Golden.Doubles(golden.GetProperty("expected").GetProperty("eigenvalues")).Sum(x => x * x);
        var hessian = new Hessian(new GoldenMlp(golden.GetProperty("mlp")), Golden.Tensor(golden.GetProperty("theta")));
        var streams = RandomStreams.FromSeed(3);

        var plain = HutchinsonTrace.Of(hessian, probes: 300, streams);
        var plus = HutchinsonTrace.PlusPlus(hessian, products: 60, streams);
        var square = HutchinsonTrace.OfSquare(hessian, probes: 300, streams);

        Assert.Equal(exact, plain.Value, 4 * plain.Error);
        Assert.Equal(exact, plus.Value, 4 * plus.Error);
        Assert.Equal(squares, square.Value, 4 * square.Error);
        Assert.True(plus.Error < plain.Error / 2);
    }

    private static Tensor Matrix(int size)
    {
        using var scope = NewDisposeScope();
        using var generator = RandomStreams.FromSeed(8).Generator("factor");
        var factor = randn(size, size, dtype: float64, generator: generator);
        return (factor.mm(factor.t()) / size).MoveToOuterDisposeScope();
    }

    private static Hessian Quadratic(Tensor a) =>
        new(new FunctionLoss(x => 0.5 * x.dot(a.mv(x))), ones(a.shape[0], dtype: float64));
}
