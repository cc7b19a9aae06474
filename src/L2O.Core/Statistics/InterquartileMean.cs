namespace L2O.Statistics;

/// <summary>The mean of the middle half: neither one easy nor one hopeless task decides it (Agarwal et al., 2021).</summary>
internal static class InterquartileMean
{
    /// <summary>
    /// Of some numbers, sorted. Where their count is no multiple of four, those at the quartiles count in part. NaN where
    /// one is, and of none; infinity only where it reaches into the middle half.
    /// </summary>
    public static double Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0 || values.Any(double.IsNaN))
        {
            return double.NaN;
        }

        double[] sorted = [.. values.Order()];
        var quarter = sorted.Length / 4.0;
        var sum = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var share = Math.Min(i + 1, 3 * quarter) - Math.Max(i, quarter);
            sum += share > 0 ? share * sorted[i] : 0;
        }

        return sum / (2 * quarter);
    }
}
