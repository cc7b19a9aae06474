using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class CrossedValuesTests
{
    [Fact]
    public void CellsAreATableInTheOrderOfTheirSeeds()
    {
        var table = CrossedValues.Of([new(2, 7, 4), new(1, 7, 2), new(1, 5, 1), new(2, 5, 3)]);

        Assert.Equal([1, 2], table.MetaSeeds);
        Assert.Equal([5, 7], table.Seeds);
        Assert.Equal([[1, 2], [3, 4]], table.Rows);
        Assert.Equal([1.5, 3.5], table.RowMeans);
        Assert.Equal(0, table.LeftOut);
    }

    // Meta-seed 3 has met seed 1 only: 2 x 3 values stay, not 3 x 1.
    [Fact]
    public void AMetaSeedThatIsStillAtWorkIsLeftOutAndCounted()
    {
        var table = CrossedValues.Of(
            [new(1, 1, 1), new(1, 2, 2), new(1, 3, 3), new(2, 1, 4), new(2, 2, 5), new(2, 3, 6), new(3, 1, 7)]);

        Assert.Equal([[1, 2, 3], [4, 5, 6]], table.Rows);
        Assert.Equal(1, table.LeftOut);
    }

    // One meta-seed of three has met seed 2 as well: 3 x 1 values stay, not 1 x 2.
    [Fact]
    public void AnEvaluationSeedThatFewHaveMetIsLeftOutAndCounted()
    {
        var table = CrossedValues.Of([new(1, 1, 1), new(1, 2, 2), new(2, 1, 4), new(3, 1, 7)]);

        Assert.Equal([[1], [4], [7]], table.Rows);
        Assert.Equal(1, table.LeftOut);
    }

    [Fact]
    public void ADivergedRunIsNotAMissingOne() => Assert.Equal(
        [[double.NaN, 1], [2, double.PositiveInfinity]],
        CrossedValues.Of([new(1, 1, double.NaN), new(1, 2, 1), new(2, 1, 2), new(2, 2, double.PositiveInfinity)]).Rows);

    [Fact]
    public void DifferencesAreOfTheSameMetaSeedAndSeed()
    {
        var arm = new CrossedValues([1, 2, 3], [5, 6], [[1, 2], [3, 4], [5, 6]]);
        var reference = new CrossedValues([3, 1], [6, 5, 4], [[10, 20, 30], [40, 50, 60]]);

        var differences = arm.Minus(reference);

        Assert.Equal([1, 3], differences.MetaSeeds);
        Assert.Equal([5, 6], differences.Seeds);
        Assert.Equal([[1 - 50, 2 - 40], [5 - 20, 6 - 10]], differences.Rows);
        Assert.Equal(2 + 2, differences.LeftOut);
    }

    [Fact]
    public void AHandcraftedReferenceIsTheSameForEveryMetaSeed()
    {
        var arm = new CrossedValues([1, 2], [5, 6], [[1, 2], [3, 4]]);
        var handcrafted = new CrossedValues([null], [6, 5], [[10, 20]]);

        Assert.Equal([[1 - 20, 2 - 10], [3 - 20, 4 - 10]], arm.Minus(handcrafted).Rows);
        Assert.Equal([[20 - 1, 10 - 2], [20 - 3, 10 - 4]], handcrafted.Minus(arm).Rows.Select(Sorted));
        Assert.Equal([[0, 0]], handcrafted.Minus(handcrafted).Rows);
        Assert.Equal((0, 0), (arm.Minus(handcrafted).LeftOut, handcrafted.Minus(arm).LeftOut));
        Assert.False(handcrafted.Minus(handcrafted).HasMetaSeeds);

        // Seeds are in the order of the first table: 6, 5.
        static IReadOnlyList<double> Sorted(IReadOnlyList<double> row) => [row[1], row[0]];
    }

    [Fact]
    public void LogRatiosOfNumbersThatAreNotPositiveAreNotNumbers()
    {
        var arm = new CrossedValues([1], [1, 2, 3, 4], [[2, 0, -1, double.PositiveInfinity]]);
        var reference = new CrossedValues([null], [1, 2, 3, 4], [[8, 1, 1, 1]]);

        Assert.Equal([Math.Log(2) - Math.Log(8), double.NaN, double.NaN, double.PositiveInfinity], arm.LogRatios(reference).Rows[0]);
        Assert.Equal([Math.Log(8) - Math.Log(2), double.NaN, double.NaN, double.NegativeInfinity], reference.LogRatios(arm).Rows[0]);
    }

    [Fact]
    public void WhatIsNoTableIsRefused()
    {
        Assert.Throws<ArgumentException>(() => CrossedValues.Of([new(1, 1, 1), new(1, 1, 1)]));
        Assert.Throws<ArgumentException>(() => CrossedValues.Of([new(1, 1, 1), new(1, 2, 1), new(null, 1, 1)]));
        Assert.Throws<ArgumentException>(() => new CrossedValues([1, 2], [1, 2], [[1, 2], [3]]));
        Assert.Throws<ArgumentException>(() => new CrossedValues([1, 1], [1], [[1], [3]]));
        Assert.Throws<ArgumentException>(() => new CrossedValues([null, 1], [1], [[1], [3]]));
    }
}
