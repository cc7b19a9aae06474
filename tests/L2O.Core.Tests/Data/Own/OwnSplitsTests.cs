using L2O.Data.Own;
using L2O.Randomness;
using Xunit;

namespace L2O.Tests.Data.Own;

public sealed class OwnSplitsTests
{
    private static readonly RandomStreams _streams = RandomStreams.FromSeed(1);

    // 20, 3, 2 and 1 images of four classes.
    private static readonly long[] _labels =
        [.. Enumerable.Range(0, 26).Select(i => i < 20 ? 0L : i < 23 ? 1 : i < 25 ? 2 : 3)];

    [Fact]
    public void OfEachClassTheSharesAreHeldOutAndOneIsLeft()
    {
        var (train, validation, test) = OwnSplits.Indices(_labels, 4, validationShare: 0.2, testShare: 0.1, _streams);

        Assert.Equal([14, 1, 1, 1], Counts(train));
        Assert.Equal([4, 1, 0, 0], Counts(validation));
        Assert.Equal([2, 1, 1, 0], Counts(test));
        Assert.Equal(Enumerable.Range(0, 26).Select(i => (long)i), train.Concat(validation).Concat(test).Order());
    }

    [Fact]
    public void WhichAreHeldOutIsTheSameUnderASeedAndMixed()
    {
        var first = OwnSplits.Indices(_labels, 4, 0.2, 0.1, _streams);

        Assert.Equal(first.Train, OwnSplits.Indices(_labels, 4, 0.2, 0.1, _streams).Train);
        Assert.NotEqual(first.Test, OwnSplits.Indices(_labels, 4, 0.2, 0.1, RandomStreams.FromSeed(2)).Test);
        Assert.NotEqual(first.Train.Order(), first.Train);
    }

    [Fact]
    public void WhatHasFilesOfItsOwnIsNotHeldOut()
    {
        var (train, validation, test) = OwnSplits.Indices(_labels, 4, validationShare: 0, testShare: 0, _streams);

        Assert.Equal((26, 0, 0), (train.Length, validation.Length, test.Length));
    }

    private static int[] Counts(long[] indices) => [.. Enumerable.Range(0, 4).Select(label => indices.Count(i => _labels[i] == label))];
}
