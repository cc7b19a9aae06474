namespace L2O.Statistics;

/// <summary>The regularized incomplete beta function, which many distributions are made of.</summary>
internal static class IncompleteBeta
{
    private const int MostTerms = 10_000;

    // Coefficients of Lanczos's approximation with g = 7, right to about 1e-15 (Godfrey, 2001).
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>I_x(a, b): the share of a beta distribution that is below x.</summary>
    /// <param name="x">From 0 to 1.</param>
    /// <param name="complement">1 - x, which a caller may know with more digits.</param>
    /// <param name="a">Positive.</param>
    /// <param name="b">Positive.</param>
    internal static double Regularized(double x, double complement, double a, double b)
    {
        if (x <= 0 || complement <= 0)
        {
            return x <= 0 ? 0 : 1;
        }

        // The fraction converges fast on this side of the distribution's mean; the other side is the mirror image.
        var factor = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(complement)));
        return x < (a + 1) / (a + b + 2)
            ? factor * Fraction(x, a, b) / a
            : 1 - (factor * Fraction(complement, b, a) / b);
    }

    /// <summary>The logarithm of the gamma function, from 0.5.</summary>
    internal static double LogGamma(double x)
    {
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (x - 1 + i);
        }

        var t = x + 6.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    // DLMF 8.17.22, from the front by the modified method of Lentz (Thompson and Barnett, 1986).
    private static double Fraction(double x, double a, double b)
    {
        var (numerators, denominators, value) = (1.0, 0.0, 1.0);
        void Multiply(double coefficient)
        {
            denominators = 1 / (1 + (coefficient * denominators));
            numerators = 1 + (coefficient / numerators);
            value *= numerators * denominators;
        }

        Multiply(-(a + b) * x / (a + 1));
        for (var m = 1; m < MostTerms; m++)
        {
            var before = value;
            Multiply(m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m))));
            Multiply(-(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1)));
            if (Math.Abs(value - before) <= 1e-15 * Math.Abs(value))
            {
                break;
            }
        }

        // The fraction is 1 / (1 + d1 / (1 + d2 / ...)); what was multiplied above is 1 + d1 / (...).
        return 1 / value;
    }
}
