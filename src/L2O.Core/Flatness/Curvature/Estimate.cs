namespace L2O.Flatness.Curvature;

/// <summary>A number and how far off it may be.</summary>
/// <param name="Value">The number.</param>
/// <param name="Error">
/// Standard error of a mean, or the residual that bounds an eigenvalue's error; 0 where the number is exact, NaN where
/// one sample cannot tell.
/// </param>
public readonly record struct Estimate(double Value, double Error)
{
    /// <summary>A number without error.</summary>
    internal static Estimate Exact(double value) => new(value, 0);

    /// <summary>The mean of independent samples, and its standard error.</summary>
    internal static Estimate OfMean(IReadOnlyCollection<double> samples)
    {
        var mean = samples.Average();
        var squares = samples.Sum(sample => (sample - mean) * (sample - mean));
        return new(mean, Math.Sqrt(squares / (samples.Count - 1) / samples.Count));
    }
}
