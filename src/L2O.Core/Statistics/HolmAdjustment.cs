namespace L2O.Statistics;

/// <summary>What several tests say together (Holm, 1979).</summary>
internal static class HolmAdjustment
{
    /// <summary>
    /// p-values that may each be compared with the level of all: the least times their count, the next times one fewer, and
    /// so on, none below the one before it, none above 1.
    /// </summary>
    /// <param name="pValues">A NaN stays one, and counts as a test that was made.</param>
    /// <returns>In the order of the p-values.</returns>
    public static double[] Of(IReadOnlyList<double> pValues)
    {
        var adjusted = Enumerable.Repeat(double.NaN, pValues.Count).ToArray();
        var (factor, least) = (pValues.Count, 0.0);
        foreach (var i in Enumerable.Range(0, pValues.Count).Where(i => !double.IsNaN(pValues[i])).OrderBy(i => pValues[i]))
        {
            least = Math.Max(least, Math.Min(1, factor * pValues[i]));
            adjusted[i] = least;
            factor--;
        }

        return adjusted;
    }
}
