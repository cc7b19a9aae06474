using L2O.Flatness;
using Xunit;

namespace L2O.Tests.Flatness;

public sealed class RegularizerScheduleTests
{
    [Theory]
    [InlineData(RegularizedUnrolls.All, 0.5, 5, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(RegularizedUnrolls.Prior, 0.5, 5, new[] { 0, 1 })]
    [InlineData(RegularizedUnrolls.Posterior, 0.5, 5, new[] { 2, 3, 4 })]
    [InlineData(RegularizedUnrolls.Prior, 0.9, 10, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData(RegularizedUnrolls.Posterior, 0.9, 10, new[] { 9 })]
    [InlineData(RegularizedUnrolls.Posterior, 0, 3, new[] { 0, 1, 2 })]
    [InlineData(RegularizedUnrolls.None, 0.5, 5, new int[0])]
    public void PriorAndPosteriorPartitionTheUnrolls(
        RegularizedUnrolls schedule, double fraction, int count, int[] expected)
    {
        var options = Options() with { Schedule = schedule, Fraction = fraction };

        var active = Enumerable.Range(0, count)
            .Where(unroll => RegularizerSchedule.WeightAt(options, weight: 0.3, unroll, count, t: 4, length: 4) > 0);

        Assert.Equal(expected, active);
    }

    [Theory]
    [InlineData(RegularizedSteps.All, 1, new[] { 1, 2, 3, 4, 5, 6, 7 })]
    [InlineData(RegularizedSteps.All, 3, new[] { 1, 4, 7 })]
    [InlineData(RegularizedSteps.All, 100, new[] { 7 })]
    [InlineData(RegularizedSteps.Last, 1, new[] { 7 })]
    public void TheLastPointIsAlwaysAmongThoseRegularized(RegularizedSteps steps, int every, int[] expected)
    {
        var options = Options() with { Steps = steps, Every = every };
        double WeightAt(int t) => RegularizerSchedule.WeightAt(options, weight: 0.3, 0, 1, t, length: 7);
        var points = Enumerable.Range(1, 7).ToArray();

        Assert.Equal(expected, points.Where(t => WeightAt(t) > 0));
        Assert.Equal(0.3, points.Sum(WeightAt), 1e-15);

        options = options with { Reduce = RegularizerReduction.Sum };
        Assert.Equal(expected.Select(_ => 0.3), points.Select(WeightAt).Where(weight => weight > 0));
    }

    [Fact]
    public void EveryOptionThatCannotBeUsedIsNamed()
    {
        static IEnumerable<string> Keys(RegularizerOptions options) => options.Problems().Select(p => p.Key);

        Assert.Empty(Keys(Options()));
        Assert.Equal(
            ["weight", "start", "every", "minibatches", "fraction"],
            Keys(Options() with
            {
                Weight = -1,
                Start = -1,
                Every = 0,
                Minibatches = -1,
                Schedule = RegularizedUnrolls.Prior,
                Fraction = 1.5,
            }));
        Assert.Equal(["fraction"], Keys(Options() with { Fraction = 0.3 }));
        Assert.Equal(["share"], Keys(Options() with { Share = 0.1 }));
        Assert.Empty(Keys(Options() with { Weight = null, Share = 0.1 }));
        Assert.All([0, 1, -0.1, double.NaN], share => Assert.Equal(["share"], Keys(Options() with { Weight = null, Share = share })));
        Assert.Empty(Keys(Options() with { Fraction = 0.3, Schedule = RegularizedUnrolls.Posterior }));
        Assert.Equal(["every"], Keys(Options() with { Every = 2, Steps = RegularizedSteps.Last }));
        Assert.Equal(
            ["target"], Keys(Options() with { Target = RegularizerTarget.Optimizee, Steps = RegularizedSteps.Last }));
    }

    private static RegularizerOptions Options() => new() { Metric = new GradientNormOptions(), Weight = 0.3 };
}
