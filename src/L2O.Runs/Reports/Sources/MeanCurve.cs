using L2O.Statistics;

namespace L2O.Reports.Sources;

/// <summary>A number along the way in one run.</summary>
/// <param name="MetaSeed">Of the training; null where there was none.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Points">What stands on the axis, and the number there, by step.</param>
internal sealed record RunSeries(long? MetaSeed, long Seed, IReadOnlyDictionary<long, (double X, double Y)> Points);

/// <summary>The mean of a number along the way over runs, and its band.</summary>
/// <param name="X">Where the points are; the mean over the runs, where these differ.</param>
/// <param name="Mean">Over the runs.</param>
/// <param name="Low">Lower end of the band.</param>
/// <param name="High">Upper end.</param>
/// <param name="IsInterval">Whether the band is a 95% interval; else it reaches from the least to the greatest value.</param>
/// <param name="RunCount">Over which the mean is.</param>
/// <param name="EndedCount">Runs that ended early. The curve ends with the first of them.</param>
internal sealed record MeanCurve(
    double[] X, double[] Mean, double[] Low, double[] High, bool IsInterval, int RunCount, int EndedCount)
{
    // More could not be told apart in a picture.
    private const int MostPoints = 150;

    /// <summary>Over the steps that all runs have; those without points do not count. Null of no runs, or no such step.</summary>
    /// <param name="all">The runs.</param>
    /// <param name="lastStep">At which a run ends that does not end early; null for that of the longest.</param>
    internal static MeanCurve? Of(IEnumerable<RunSeries> all, long? lastStep = null)
    {
        RunSeries[] runs = [.. all.Where(run => run.Points.Count > 0)];
        if (runs.Length == 0)
        {
            return null;
        }

        long[] steps = Thinned([.. runs[0].Points.Keys.Where(step => runs.All(run => run.Points.ContainsKey(step))).Order()]);
        var means = steps.Select(step => CrossedMean.Of(CrossedValues.Of(
            [.. runs.Select(run => new CrossedCell(run.MetaSeed, run.Seed, run.Points[step].Y))]))).ToArray();
        if (means.Length == 0)
        {
            return null;
        }

        var isInterval = means.Any(mean => double.IsFinite(mean.Low));
        var last = lastStep ?? runs.Max(run => run.Points.Keys.Max());
        return new(
            [.. steps.Select(step => runs.Average(run => run.Points[step].X))],
            [.. means.Select(mean => mean.Mean)],
            [.. means.Select(mean => isInterval ? mean.Low : mean.Least)],
            [.. means.Select(mean => isInterval ? mean.High : mean.Most)],
            isInterval,
            runs.Length,
            runs.Count(run => run.Points.Keys.Max() < last));
    }

    // The first and the last stay.
    private static long[] Thinned(long[] steps) => steps.Length <= MostPoints
        ? steps
        : [.. Enumerable.Range(0, MostPoints).Select(i => steps[(int)((long)i * (steps.Length - 1) / (MostPoints - 1))])];
}
