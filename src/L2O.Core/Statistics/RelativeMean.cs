namespace L2O.Statistics;

/// <summary>How an arm compares with a reference over several optimizees.</summary>
internal static class RelativeMean
{
    /// <summary>
    /// The typical ratio to the reference: below 1, the arm's values are the smaller ones. It is the interquartile mean over
    /// optimizees of the log ratios, for every meta-seed and evaluation seed; of these the mean and the interval of
    /// <see cref="CrossedMean"/>; and the exponential of both. The optimizees are those at hand: nothing is said of others.
    /// </summary>
    /// <param name="optimizees">
    /// The arm's values and the reference's on each; NaN comes of one that is not positive. Only meta-seeds and seeds that
    /// all of them have count.
    /// </param>
    /// <returns>Ratios; counted as diverged is every single ratio that is not finite.</returns>
    public static CrossedMean Of(IReadOnlyList<(CrossedValues Arm, CrossedValues Reference)> optimizees)
    {
        CrossedValues[] logRatios = [.. optimizees.Select(optimizee => optimizee.Arm.LogRatios(optimizee.Reference))];
        var mean = CrossedMean.Of(CrossedValues.Combine(logRatios, InterquartileMean.Of));
        return mean with
        {
            Mean = Math.Exp(mean.Mean),
            Low = Math.Exp(mean.Low),
            High = Math.Exp(mean.High),
            Least = Math.Exp(mean.Least),
            Most = Math.Exp(mean.Most),
            DivergedCount = logRatios.Sum(table => table.Rows.Sum(row => row.Count(ratio => !double.IsFinite(ratio)))),
        };
    }
}
