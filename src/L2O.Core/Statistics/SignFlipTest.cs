namespace L2O.Statistics;

/// <summary>Whether paired differences are as likely to have the one sign as the other (Fisher, 1935).</summary>
internal static class SignFlipTest
{
    /// <summary>Up to so many pairs every choice of signs is looked at; of more, <see cref="SampledFlips"/> random ones.</summary>
    public const int MostForEnumeration = 16;

    /// <summary>Choices of signs where not all are looked at.</summary>
    public const int SampledFlips = 65_536;

    /// <summary>
    /// Two-sided p: how often the mean is at least as far from 0 if every sign is flipped or not, alike. At least
    /// 2 / 2^n of n pairs: 0.25 of three, 0.0625 of five, 0.0078 of eight.
    /// </summary>
    /// <param name="differences">
    /// One for each meta-seed, for instance its mean log ratio to the reference. What they share, as the evaluation seeds
    /// of a handcrafted reference, is taken as given.
    /// </param>
    /// <param name="uniform">The next number in [0, 1); asked only for more than <see cref="MostForEnumeration"/> pairs.</param>
    /// <returns>NaN of no pairs, and where one is infinite or NaN.</returns>
    public static double PValue(IReadOnlyList<double> differences, Func<double> uniform)
    {
        if (differences.Count == 0 || !differences.All(double.IsFinite))
        {
            return double.NaN;
        }

        // Sums that are equal differ by rounding, according to the order of their signs.
        var observed = Math.Abs(differences.Sum()) - (1e-12 * differences.Sum(Math.Abs));
        return differences.Count <= MostForEnumeration ? Enumerated(differences, observed) : Sampled(differences, observed, uniform);
    }

    private static double Enumerated(IReadOnlyList<double> differences, double observed)
    {
        var choices = 1 << differences.Count;
        var far = Enumerable.Range(0, choices)
            .Count(signs => Math.Abs(differences.Select((value, i) => (signs >> i & 1) == 0 ? value : -value).Sum()) >= observed);
        return (double)far / choices;
    }

    // The signs that were observed are one of the choices, so that p is never 0 (Phipson and Smyth, 2010).
    private static double Sampled(IReadOnlyList<double> differences, double observed, Func<double> uniform)
    {
        var far = Enumerable.Range(1, SampledFlips - 1)
            .Count(_ => Math.Abs(differences.Sum(value => uniform() < 0.5 ? value : -value)) >= observed);
        return (far + 1.0) / SampledFlips;
    }
}
