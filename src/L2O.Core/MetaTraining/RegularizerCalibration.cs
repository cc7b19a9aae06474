using System.Globalization;
using L2O.Errors;
using L2O.Flatness;

namespace L2O.MetaTraining;

/// <summary>How far the choice of a regularizer's weight by the share that it is to have has come.</summary>
/// <param name="Ratios"><see cref="RegularizerLedger.Ratio"/> of the unrolls measured so far; none where the weight is given.</param>
/// <param name="Weight">What follows from them, and stays; null until there are enough.</param>
public sealed record RegularizerCalibration(IReadOnlyList<double> Ratios, double? Weight)
{
    /// <summary>Unrolls that are measured.</summary>
    public const int UnrollCount = 20;

    /// <summary>What the metric is multiplied by in the next unroll; null where that is measured and not regularized.</summary>
    public double? WeightUnder(RegularizerOptions options) => options.GivenWeight ?? Weight;

    /// <summary>With more that was measured; what there is beyond enough does not count.</summary>
    /// <exception cref="ConfigException">It is enough, and no weight gives the share.</exception>
    internal RegularizerCalibration With(IEnumerable<double> ratios, RegularizerOptions options)
    {
        if (Weight is not null || options.Share is not { } share)
        {
            return this;
        }

        double[] all = [.. Ratios.Concat(ratios).Take(UnrollCount)];
        return new(all, all.Length < UnrollCount ? null : WeightOf(all, share));
    }

    private static double WeightOf(double[] ratios, double share)
    {
        var median = Median(ratios);
        var weight = share / (1 - share) * median;
        return weight > 0 && double.IsFinite(weight)
            ? weight
            : throw new ConfigException(string.Create(
                CultureInfo.InvariantCulture,
                $"regularizer.share is {share:R}, and no weight gives it: over the {ratios.Length} unrolls that were measured the median of |grad f| / |grad R| is {median:R}, {Reason(median)}, or give regularizer.weight"));
    }

    private static string Reason(double median) => median == 0
        ? "for the loss has no gradient there; choose other optimizees"
        : "for the regularizer's gradient is zero or not finite there; choose another kind, or optimizees whose curvature changes";

    // What is not a number comes of a gradient that is no good, as infinity does.
    private static double Median(double[] ratios)
    {
        double[] sorted = [.. ratios.Select(ratio => double.IsNaN(ratio) ? double.PositiveInfinity : ratio).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
