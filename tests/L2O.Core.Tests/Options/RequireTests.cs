using L2O.Options;
using Xunit;

namespace L2O.Tests.Options;

public sealed class RequireTests
{
    [Fact]
    public void EachItemOfAListIsBlamedByItsIndex() => Assert.Equal(
        [new("sizes.1", "is 0; choose 1 or more"), new("sizes.3", "is -2; choose 1 or more")],
        Require.Sizes("sizes", [4, 0, 1, -2]));

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
