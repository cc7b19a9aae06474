using L2O.Evaluation;
using Xunit;

namespace L2O.Tests.Evaluation;

public sealed class LossTallyTests
{
    [Fact]
    public void TheMeanIsThatOfAllLosses() => Assert.Equal(2.5, Of([], 1, 2, 3, 4).Mean);

    // Losses 40, 39, ...: the mean of those at steps t - 19 to t is 40 - t + 9.5.
    [Fact]
    public void ATargetIsReachedWhereTheMeanOfTheLastTwentyLossesIsNotAboveIt()
    {
        var tally = Of([30.5, 25, 30, 1], [.. Enumerable.Range(0, 41).Select(t => 40.0 - t)]);

        Assert.Equal(
            [new(30.5, Step: 19, Seconds: 1.9), new(30, Step: 20, Seconds: 2), new(25, Step: 25, Seconds: 2.5)],
            tally.Crossings);
    }

    [Fact]
    public void NoTargetIsReachedBeforeTwentyLosses()
    {
        double[] losses = [.. Enumerable.Repeat(0.1, 19)];

        Assert.Empty(Of([1], losses).Crossings);
        Assert.Equal(new TargetCrossing(1, Step: 19, Seconds: 1.9), Assert.Single(Of([1], [.. losses, 0.1]).Crossings));
    }

    [Fact]
    public void OnlyTheFirstCrossingCounts()
    {
        double[] down = [.. Enumerable.Repeat(1.0, 20)], up = [.. Enumerable.Repeat(9.0, 20)];

        Assert.Equal(19, Assert.Single(Of([2], [.. down, .. up, .. down]).Crossings).Step);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ALossThatIsNotFiniteMakesTheMeanInfinite(double loss)
    {
        var tally = Of([100], [.. Enumerable.Repeat(1.0, 15), loss, .. Enumerable.Repeat(1.0, 15)]);

        Assert.Equal(double.PositiveInfinity, tally.Mean);
        Assert.Empty(tally.Crossings);
    }

    private static LossTally Of(double[] targets, params double[] losses)
    {
        LossTally tally = new(targets);
        foreach (var (step, loss) in losses.Index())
        {
            tally.Add(step, loss, seconds: step / 10.0);
        }

        return tally;
    }
}
