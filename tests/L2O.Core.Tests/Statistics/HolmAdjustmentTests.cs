using L2O.Randomness;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class HolmAdjustmentTests
{
    [Fact]
    public void TheHandCase()
    {
        double[] adjusted = HolmAdjustment.Of([0.01, 0.04, 0.03, 0.005]);

        Assert.All(new[] { 0.03, 0.06, 0.06, 0.02 }, (expected, i) => Assert.Equal(expected, adjusted[i], 1e-15));
        Assert.Equal([1, 1], HolmAdjustment.Of([0.6, 0.9]));
        Assert.Empty(HolmAdjustment.Of([]));
    }

    // Holm's procedure: from the least p on, reject while p is at most the level over the number of tests not yet rejected.
    [Fact]
    public void ATestIsRejectedAtALevelWhereItsAdjustedPIsNotAboveIt()
    {
        var numbers = RandomStreams.FromSeed(8).Scalars();
        for (var repetition = 0; repetition < 200; repetition++)
        {
            double[] pValues = [.. Enumerable.Range(0, 5).Select(_ => numbers.NextDouble() * numbers.NextDouble())];
            var level = numbers.NextDouble();
            var rejected = pValues.Order().Select((p, i) => (P: p, Bound: level / (5 - i))).TakeWhile(test => test.P <= test.Bound);

            var adjusted = HolmAdjustment.Of(pValues);

            Assert.Equal(
                rejected.Select(test => test.P), pValues.Where((_, i) => adjusted[i] <= level).Order());
        }
    }

    [Fact]
    public void ATestWithoutAPCountsAsOneThatWasMade() =>
        Assert.Equal([double.NaN, 0.03], HolmAdjustment.Of([double.NaN, 0.015]));
}
