using L2O.Flatness;
using L2O.Randomness;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

public sealed class LossSliceTests
{
    private static readonly ParameterLayout Layout = new([new("weight", 2, 3), new("bias", 2), new("kernel", 1, 2, 2)]);

    // f(theta + x d) = f(theta) + x g'd + x^2 / 2 d'Ad, whatever the direction.
    [Fact]
    public void OfAQuadraticTheyAreParabolas()
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[,] { { 3.0, 1.0 }, { 1.0, 2.0 } });
        var theta = tensor(new[] { 0.5, -1.0 });
        var direction = LossSlice.Direction(theta, new([new("x", 2)]), RandomStreams.FromSeed(1));
        var (slope, curvature) = (direction.dot(a.mv(theta)).item<double>(), direction.dot(a.mv(direction)).item<double>());
        var positions = LossSlice.Positions(span: 2, count: 9);

        var losses = LossSlice.Line(new FunctionLoss(x => 0.5 * x.dot(a.mv(x))), theta, direction, positions);

        // theta'A theta / 2 = (3 / 4 - 1 + 2) / 2.
        Assert.Equal(
            positions.Select(x => 0.875 + (x * slope) + (x * x / 2 * curvature)), losses, (e, f) => Math.Abs(e - f) < 1e-12);
    }

    [Fact]
    public void EveryFilterOfADirectionIsAsLongAsThatOfTheParameters()
    {
        using var scope = NewDisposeScope();
        var theta = arange(1, 13, dtype: float64);

        var direction = LossSlice.Direction(theta, Layout, RandomStreams.FromSeed(1));

        var (parts, drawn) = (Layout.Split(theta), Layout.Split(direction));
        Assert.Equal(Norms(parts[0].unbind(0)), Norms(drawn[0].unbind(0)), Close);
        Assert.Equal(Norms([parts[2]]), Norms([drawn[2]]), Close);
        Assert.True((parts[0] - drawn[0]).abs().min().item<double>() > 1e-3);
    }

    [Fact]
    public void BiasesStayAsTheyAreBesideFilters()
    {
        using var scope = NewDisposeScope();

        var direction = LossSlice.Direction(ones(12, dtype: float64), Layout, RandomStreams.FromSeed(1));

        Assert.Equal([0.0, 0.0], Layout.Split(direction)[1].data<double>().ToArray());
    }

    // Of shape [channels, 1, 1], as a convolution's are.
    [Fact]
    public void ScalesOfNormalizationStayAsTheyAreBesideFilters()
    {
        using var scope = NewDisposeScope();
        ParameterLayout layout = new([new("kernel", 2, 1, 3, 3), new("scale", 2, 1, 1)]);

        var direction = LossSlice.Direction(ones(20, dtype: float64), layout, RandomStreams.FromSeed(1));

        Assert.Equal([0.0, 0.0], direction[18..].data<double>().ToArray());
    }

    // Rescaling a layer by t scales its part of the direction by t: the slice of the same function stays the same.
    [Fact]
    public void ADirectionScalesWithTheParameters()
    {
        using var scope = NewDisposeScope();
        var theta = arange(1, 13, dtype: float64);

        var plain = LossSlice.Direction(theta, Layout, RandomStreams.FromSeed(3));
        var scaled = LossSlice.Direction(theta * 10, Layout, RandomStreams.FromSeed(3));

        Assert.True((scaled - (plain * 10)).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void AFilterOfZerosDoesNotMove()
    {
        using var scope = NewDisposeScope();

        var direction = LossSlice.Direction(zeros(12, dtype: float64), Layout, RandomStreams.FromSeed(1));

        Assert.Equal(new double[12], direction.data<double>().ToArray());
    }

    [Fact]
    public void PositionsAreEvenAndEndAtTheSpan()
    {
        Assert.Equal([-2, -1, 0, 1, 2], LossSlice.Positions(span: 2, count: 5));
        Assert.Empty(LossSlice.Positions(span: 2, count: 0));
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;

    private static double[] Norms(IEnumerable<Tensor> filters) => [.. filters.Select(filter => filter.norm().item<double>())];
}
