namespace L2O.Statistics;

/// <summary>Mean and spread of a number over seeds.</summary>
/// <param name="Mean">Infinity where a run ended at infinity; NaN of no runs.</param>
/// <param name="StandardDeviation">With n - 1; NaN of fewer than two runs.</param>
/// <param name="Low">Lower end of the 95% confidence interval of the mean (Student's t).</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Runs.</param>
public sealed record SampleMean(double Mean, double StandardDeviation, double Low, double High, int Count)
{
    /// <summary>Of some numbers.</summary>
    public static SampleMean Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            return new(double.NaN, double.NaN, double.NaN, double.NaN, 0);
        }

        var mean = values.Average();
        if (values.Count == 1 || !double.IsFinite(mean))
        {
            return new(mean, double.NaN, double.NaN, double.NaN, values.Count);
        }

        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        var half = StudentT.TwoSidedQuantile(0.95, values.Count - 1) * deviation / Math.Sqrt(values.Count);
        return new(mean, deviation, mean - half, mean + half, values.Count);
    }
}
