namespace L2O.Statistics;

/// <summary>The mean of an arm, or of its differences to another, over meta-seeds and evaluation seeds, and how sure it is.</summary>
/// <param name="Mean">Infinite or NaN where a run diverged, which is never left out; NaN of no runs.</param>
/// <param name="Low">
/// Lower end of the 95% confidence interval of the mean over other meta-seeds and other evaluation seeds; NaN of fewer than
/// <see cref="FewestForInterval"/> of either, and where the mean or the variance is not finite.
/// </param>
/// <param name="High">Upper end.</param>
/// <param name="Least">The least of the single values; NaN where one is.</param>
/// <param name="Most">The greatest.</param>
/// <param name="MetaSeedCount">Trainings; 0 of a handcrafted optimizer, whose interval is over evaluation seeds alone.</param>
/// <param name="SeedCount">Evaluation seeds.</param>
/// <param name="DivergedCount">Values that are infinite or NaN.</param>
/// <param name="LeftOutCount">Values that are not in the table, because others that belong beside them are missing.</param>
internal sealed record CrossedMean(
    double Mean,
    double Low,
    double High,
    double Least,
    double Most,
    int MetaSeedCount,
    int SeedCount,
    int DivergedCount,
    int LeftOutCount)
{
    /// <summary>Of fewer meta-seeds or evaluation seeds there is no interval, only the least and the greatest value.</summary>
    public const int FewestForInterval = 3;

    /// <summary>
    /// Of a table. The interval is Student's t with the variance and the degrees of freedom of <see cref="TwoWayVariance"/>:
    /// evaluation seeds that are hard for every meta-seed make it wider. t over the meta-seeds' means does not see them.
    /// </summary>
    public static CrossedMean Of(CrossedValues table)
    {
        double[] values = [.. table.Rows.SelectMany(row => row)];
        var mean = values.Length == 0 ? double.NaN : values.Average();
        var half = double.IsFinite(mean) ? HalfInterval(table) : double.NaN;
        return new(
            mean,
            mean - half,
            mean + half,
            values.Length == 0 ? double.NaN : values.Aggregate(Math.Min),
            values.Length == 0 ? double.NaN : values.Aggregate(Math.Max),
            table.HasMetaSeeds ? table.MetaSeeds.Count : 0,
            table.Seeds.Count,
            values.Count(value => !double.IsFinite(value)),
            table.LeftOut);
    }

    private static double HalfInterval(CrossedValues table)
    {
        if (table.Seeds.Count < FewestForInterval || (table.HasMetaSeeds && table.MetaSeeds.Count < FewestForInterval))
        {
            return double.NaN;
        }

        if (!table.HasMetaSeeds)
        {
            var sample = SampleMean.Of(table.Rows[0]);
            return sample.High - sample.Mean;
        }

        var variance = TwoWayVariance.Of(table.Rows);
        return variance.VarianceOfMean switch
        {
            0 => 0,
            var ofMean when double.IsFinite(ofMean) =>
                StudentT.TwoSidedQuantile(0.95, variance.Degrees) * Math.Sqrt(ofMean),
            _ => double.NaN,
        };
    }
}
