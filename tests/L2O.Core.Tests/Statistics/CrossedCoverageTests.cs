using System.Globalization;
using L2O.Randomness;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

/// <summary>
/// How often intervals hold what they are of. In a simulated study every value is the effect of its meta-seed (deviation 1), of its
/// evaluation seed (shared by all optimizers) and of its own (deviation 1), and every true mean is 0.
/// </summary>
public sealed class CrossedCoverageTests(ITestOutputHelper output)
{
    private const int StudyCount = 2000;
    private static readonly long[] Seeds = [1, 2, 3, 4, 5];

    [Fact]
    public void IntervalsOfEightAndTwelveMetaSeedsCoverIn93To97PercentOfStudiesWithNormalEffects()
    {
        output.WriteLine(
            "| effects | shared by seeds | meta-seeds | mean | difference | to a handcrafted one | typical ratio | t over meta-seeds |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        Setting[] settings =
        [
            .. from isSkewed in new[] { false, true }
               from shared in new[] { 0, 3 }
               from metaSeedCount in new[] { 3, 5, 8, 12 }
               select new Setting(isSkewed, shared, metaSeedCount),
        ];
        foreach (var setting in settings)
        {
            var coverage = Coverage.Of(setting);
            output.WriteLine(Row(setting, coverage));
            if (!setting.IsSkewed && setting.MetaSeedCount >= 8)
            {
                Assert.All(
                    [coverage.Mean, coverage.Difference, coverage.ToHandcrafted], share => Assert.InRange(share, 0.93, 0.97));
            }
        }
    }

    private static string Row(Setting setting, Coverage coverage)
    {
        double[] shares = [coverage.Mean, coverage.Difference, coverage.ToHandcrafted, coverage.Ratio, coverage.OverMetaSeedsAlone];
        var cells = shares.Select(share => (100 * share).ToString("F1", CultureInfo.InvariantCulture));
        return $"| {setting.Effects} | {setting.SharedDeviation} | {setting.MetaSeedCount} | {string.Join(" | ", cells)} |";
    }

    private sealed record Setting(bool IsSkewed, int SharedDeviation, int MetaSeedCount)
    {
        internal string Effects => IsSkewed ? "skewed" : "normal";
    }

    private sealed record Coverage(double Mean, double Difference, double ToHandcrafted, double Ratio, double OverMetaSeedsAlone)
    {
        private const int OptimizeeCount = 4;

        internal static Coverage Of(Setting setting)
        {
            var streams = RandomStreams.FromSeed(18).At(setting.Effects, setting.SharedDeviation, setting.MetaSeedCount);
            Study[] studies = [.. Enumerable.Range(0, StudyCount).Select(i => Study.Of(setting, streams.At("study", i)))];
            double Share(Func<Study, bool> covers) => (double)studies.Count(covers) / StudyCount;
            return new(
                Share(study => CrossedMean.Of(study.Arm) is { Low: <= 0, High: >= 0 }),
                Share(study => CrossedMean.Of(study.Arm.Minus(study.Reference)) is { Low: <= 0, High: >= 0 }),
                Share(study => CrossedMean.Of(study.Arm.Minus(study.Handcrafted)) is { Low: <= 0, High: >= 0 }),
                studies.Chunk(OptimizeeCount).Average(study => HoldsOne(study) ? 1.0 : 0),
                Share(study => SampleMean.Of([.. study.Arm.RowMeans]) is { Low: <= 0, High: >= 0 }));
        }

        // As many studies are one of several optimizees, whose losses are the exponentials of the values.
        private static bool HoldsOne(Study[] optimizees) => RelativeMean.Of(
            [.. optimizees.Select(study => (Losses(study.Arm), Losses(study.Reference)))]) is { Low: <= 1, High: >= 1 };

        private static CrossedValues Losses(CrossedValues values) => CrossedValues.Combine([values], value => Math.Exp(value[0]));
    }

    private sealed record Study(CrossedValues Arm, CrossedValues Reference, CrossedValues Handcrafted)
    {
        // Mean and standard deviation of the exponential of a standard normal number, whose skewness is 6.2.
        private static readonly double LognormalMean = Math.Exp(0.5);
        private static readonly double LognormalDeviation = Math.Sqrt(Math.E * (Math.E - 1));

        internal static Study Of(Setting setting, RandomStreams streams)
        {
            var numbers = streams.Scalars();
            double Effect() => setting.IsSkewed
                ? (Math.Exp(numbers.NextNormal()) - LognormalMean) / LognormalDeviation
                : numbers.NextNormal();
            double[] shared = [.. Seeds.Select(_ => setting.SharedDeviation * Effect())];
            double[] Row(double metaSeed) => [.. shared.Select(seed => metaSeed + seed + Effect())];
            long?[] metaSeeds = [.. Enumerable.Range(1, setting.MetaSeedCount)];
            CrossedValues Trained() => new(metaSeeds, Seeds, [.. metaSeeds.Select(_ => Row(Effect()))]);
            return new(Trained(), Trained(), new([null], Seeds, [Row(0)]));
        }
    }
}
