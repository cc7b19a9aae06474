using L2O.Optimizees.Analytic;
using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Analytic;

public sealed class TestFunctionTests
{
    // Minima and minimizers are given to ten digits.
    private const double Digits = 2e-10;

    [Theory]
    [InlineData("ackley", 1, 1, 3.6253849384)]
    [InlineData("beale", 0, 0, 14.203125)]
    [InlineData("booth", 0, 0, 74)]
    [InlineData("branin", 0, 0, 56 - (10 / (8 * Math.PI)))]
    [InlineData("logsumexp", 0, 0, 1.3122473786)]
    [InlineData("matyas", 1, -1, 1)]
    [InlineData("michalewicz", 0, Math.PI / 2, 1)]
    [InlineData("rosenbrock", -1.2, 1, 24.2)]
    [InlineData("saddle", 2, 1, 3)]
    [InlineData("styblinski_tang", 1, 1, 70)]
    public void ValuesAreThoseOfTheFormulaByHand(string kind, double x, double y, double expected) =>
        Assert.Equal(expected, At(Named(kind), x, y), Digits);

    [Fact]
    public void EveryMinimizerTakesTheMinimum() => Assert.All(TestFunction.All, function => Assert.All(
        function.Minimizers, at => Assert.Equal(function.Minimum, At(function, at.X, at.Y), Digits)));

    [Fact]
    public void NothingAroundAMinimizerIsLower()
    {
        var scalars = RandomStreams.FromSeed(1).Scalars();
        foreach (var function in TestFunction.All)
        {
            foreach (var (x, y) in function.Minimizers)
            {
                for (var i = 0; i < 50; i++)
                {
                    var (dx, dy) = (scalars.NextDouble(-0.2, 0.2), scalars.NextDouble(-0.2, 0.2));
                    Assert.InRange(At(function, x + dx, y + dy), function.Minimum - Digits, double.MaxValue);
                }
            }
        }
    }

    [Fact]
    public void StartsFillTheirBox()
    {
        using var scope = NewDisposeScope();
        var starts = Enumerable.Range(0, 400)
            .Select(i => Named("branin").Start(RandomStreams.FromSeed(i)).data<double>().ToArray()).ToArray();

        Assert.All(starts, start => Assert.True(start[0] is >= -5 and < 10 && start[1] is >= 0 and < 15));
        Assert.InRange(starts.Min(start => start[0]), -5, -4.5);
        Assert.InRange(starts.Max(start => start[1]), 14.5, 15);
    }

    private static TestFunction Named(string kind) => TestFunction.All.Single(function => function.Kind == kind);

    private static double At(TestFunction function, double x, double y)
    {
        using var scope = NewDisposeScope();
        return function.Problem().Loss(tensor([x, y]), []).item<double>();
    }
}
