namespace L2O.Statistics;

/// <summary>Mean and spread of a number over seeds.</summary>
/// <param name="Mean">Infinity where a run ended at infinity; NaN of no runs.</param>
/// <param name="StandardDeviation">With n - 1; NaN of fewer than two runs.</param>
/// <param name="Low">Lower end of the 95% confidence interval of the mean (Student's t).</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Runs.</param>
public sealed record SampleMean(double Mean, double StandardDeviation, double Low, double High, int Count)
{
    // Two-sided 95% points of Student's t for 1 to 30 degrees of freedom (any table of the distribution).
    private static readonly double[] StudentT =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

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
        var half = Quantile(values.Count - 1) * deviation / Math.Sqrt(values.Count);
        return new(mean, deviation, mean - half, mean + half, values.Count);
    }

    // Beyond the table the first terms of the expansion in 1 / degrees of freedom are right to 1e-3.
    private static double Quantile(int degrees) =>
        degrees <= StudentT.Length ? StudentT[degrees - 1] : 1.95996 + (2.37227 / degrees) + (2.8225 / degrees / degrees);
}
