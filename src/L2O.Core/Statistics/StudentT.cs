namespace L2O.Statistics;

/// <summary>Student's t distribution (1908); degrees of freedom may be fractional.</summary>
internal static class StudentT
{
    private const int MostSteps = 500;

    /// <summary>The probability that the size of t is above a number: what a two-sided test gives.</summary>
    /// <param name="t">From 0.</param>
    /// <param name="degrees">Of freedom; positive.</param>
    public static double TwoSidedTail(double t, double degrees)
    {
        var sum = degrees + (t * t);
        return IncompleteBeta.Regularized(degrees / sum, t * t / sum, degrees / 2, 0.5);
    }

    /// <summary>The number that the size of t is below with some probability: 12.706 for 0.95 and one degree of freedom.</summary>
    /// <param name="confidence">In (0, 1).</param>
    /// <param name="degrees">Of freedom; at least 0.5.</param>
    public static double TwoSidedQuantile(double confidence, double degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 0.5);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(confidence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);

        // The tail falls and is convex, so that Newton's steps from 0 go up to the quantile and never beyond it.
        var logPeak = IncompleteBeta.LogGamma((degrees + 1) / 2) - IncompleteBeta.LogGamma(degrees / 2)
            - (0.5 * Math.Log(degrees * Math.PI));
        var t = 0.0;
        for (var i = 0; i < MostSteps; i++)
        {
            var density = Math.Exp(logPeak - ((degrees + 1) / 2 * Math.Log(1 + (t * t / degrees))));
            var step = (TwoSidedTail(t, degrees) - (1 - confidence)) / (2 * density);
            t += step;
            if (step <= 1e-12 * t)
            {
                break;
            }
        }

        return t;
    }
}
