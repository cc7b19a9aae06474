namespace L2O.Statistics;

/// <summary>A rank correlation and where it could as well lie.</summary>
/// <param name="Tau">
/// From -1 to 1; NaN where either variable has one value only, null of fewer pairs than <see cref="FewestPairs"/>.
/// </param>
/// <param name="Low">Lower end of the 95% interval; null of fewer pairs than <see cref="FewestForInterval"/>.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Pairs of numbers.</param>
public sealed record RankCorrelation(double? Tau, double? Low, double? High, int Count)
{
    /// <summary>Of fewer pairs there is no tau: two are always in order or reversed, three are by chance in 1 of 3 cases, four in 1 of 12.</summary>
    public const int FewestPairs = 4;

    /// <summary>
    /// Of fewer pairs there is no interval. A resample has on average 63% of the pairs, 5 of 8; fewer are in order or
    /// reversed by chance in more than 5% of the cases, and the interval would say how few they are, and no more.
    /// </summary>
    public const int FewestForInterval = 8;

    /// <summary>Kendall's tau-b with the percentile interval of the bootstrap (Efron, 1979).</summary>
    /// <param name="pairs">Those with a NaN do not count.</param>
    /// <param name="resamples">How often the pairs are drawn anew, with replacement.</param>
    /// <param name="uniforms">For each time, what gives one number in [0, 1) after another.</param>
    public static RankCorrelation Of(
        IEnumerable<(double X, double Y)> pairs, int resamples, Func<int, Func<double>> uniforms)
    {
        (double X, double Y)[] known = [.. pairs.Where(pair => !double.IsNaN(pair.X) && !double.IsNaN(pair.Y))];
        double? tau = known.Length < FewestPairs ? null : KendallTauB(known);
        if (known.Length < FewestForInterval)
        {
            return new(tau, null, null, known.Length);
        }

        double[] taus =
        [
            .. Enumerable.Range(0, resamples).Select(i => KendallTauB(Resampled(known, uniforms(i))))
                .Where(resampled => !double.IsNaN(resampled)).Order(),
        ];
        return new(tau, Quantile(taus, 0.025), Quantile(taus, 0.975), known.Length);
    }

    /// <summary>
    /// Kendall's tau-b: concordant less discordant pairs, over the geometric mean of the pairs that are not tied in x and
    /// of those not tied in y (Kendall, 1945).
    /// </summary>
    public static double KendallTauB(IReadOnlyList<(double X, double Y)> points)
    {
        long balance = 0, distinctX = 0, distinctY = 0;
        for (var i = 0; i < points.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var x = points[i].X.CompareTo(points[j].X);
                var y = points[i].Y.CompareTo(points[j].Y);
                balance += x * y;
                distinctX += x * x;
                distinctY += y * y;
            }
        }

        return balance / Math.Sqrt((double)distinctX * distinctY);
    }

    private static (double X, double Y)[] Resampled((double X, double Y)[] points, Func<double> uniform)
    {
        var resampled = new (double X, double Y)[points.Length];
        for (var i = 0; i < resampled.Length; i++)
        {
            resampled[i] = points[(int)(uniform() * points.Length)];
        }

        return resampled;
    }

    // Between order statistics, linearly; the k-th of n+1 is the quantile k / n.
    private static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
