using L2O.Options;
using Xunit;

namespace L2O.Tests.Options;

public sealed class RequireTests
{
    [Fact]
    public void EachItemOfAListIsBlamedByItsIndex() => Assert.Equal(
        [("sizes.1", "is 0; choose 1 or more"), ("sizes.3", "is -2; choose 1 or more")],
        Require.Sizes("sizes", [4, 0, 1, -2]).Select(problem => (problem.Key, problem.Message)));

    [Fact]
    public void WhatWouldDoIsToldWithTheProblem()
    {
        Assert.Equal(new(3), Assert.Single(Require.AtLeast("x", 2, 3)).Allowed);
        Assert.Equal(new(0, 1, HasLeast: false), Assert.Single(Require.Share("x", 0)).Allowed);
        Assert.Null(Assert.Single(Require.InOrder("x", 2, "y", 1)).Allowed);
    }

    [Theory]
    [InlineData(0, true, false, true, true)]
    [InlineData(0.5, true, true, true, true)]
    [InlineData(1, false, true, true, true)]
    [InlineData(1.5, false, false, false, true)]
    [InlineData(-1, false, false, false, false)]
    [InlineData(double.NaN, false, false, false, false)]
    [InlineData(double.PositiveInfinity, false, false, false, false)]
    public void RangesHoldTheirEndsOrNot(double value, bool isFraction, bool isShare, bool isProbability, bool isNotNegative) =>
        Assert.Equal(
            (isFraction, isShare, isProbability, isNotNegative),
            (
                !Require.Fraction("x", value).Any(), !Require.Share("x", value).Any(),
                !Require.Probability("x", value).Any(), !Require.NotNegative("x", value).Any()));
}
