using System.Globalization;
using L2O.Reports.Sources;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>Numbers and names as sentences and tables write them.</summary>
internal static class Words
{
    /// <summary>A mean and its interval, or the least and the greatest value: 0.4088 ±0.038, 0.4088 (0.39 to 0.43).</summary>
    internal static string Of(CrossedMean mean)
    {
        var count = Math.Max(1, mean.MetaSeedCount) * mean.SeedCount;
        return double.IsFinite(mean.High)
            ? NumberText.OfMean(mean.Mean, mean.High)
            : count > 1 && double.IsFinite(mean.Mean) ? $"{NumberText.Of(mean.Mean)} ({Range(mean.Least, mean.Most)})" : NumberText.Of(mean.Mean);
    }

    /// <summary>A difference with its interval: -0.054 [-0.1, -0.008].</summary>
    internal static string OfDifference(CrossedMean mean) => double.IsFinite(mean.Low)
        ? $"{NumberText.Of(mean.Mean, digits: 3)} [{NumberText.Of(mean.Low, digits: 2)}, {NumberText.Of(mean.High, digits: 2)}]"
        : double.IsFinite(mean.Mean) && mean.Least < mean.Most
            ? $"{NumberText.Of(mean.Mean, digits: 3)} ({Range(mean.Least, mean.Most)})"
            : NumberText.Of(mean.Mean, digits: 3);

    /// <summary>"3 seeds", "1 seed".</summary>
    internal static string Count(long count, string one) => Count(count, one, $"{one}s");

    /// <summary>The same of words with a plural of their own.</summary>
    internal static string Count(long count, string one, string many) =>
        $"{count.ToString("N0", CultureInfo.InvariantCulture)} {(count == 1 ? one : many)}";

    /// <summary>"a, b and c".</summary>
    internal static string List(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => $"{string.Join(", ", items.Take(items.Count - 1))} and {items[^1]}",
    };

    /// <summary>What the band of curves is, in words that follow "Band: ".</summary>
    internal static string Band(IEnumerable<MeanCurve> curves)
    {
        MeanCurve[] several = [.. curves.Where(curve => curve.RunCount > 1)];
        return (several.Any(curve => curve.IsInterval), several.Any(curve => !curve.IsInterval)) switch
        {
            (true, true) => " Band: the 95% interval of the mean, and of fewer than three runs from the least to the greatest value.",
            (true, false) => " Band: the 95% interval of the mean.",
            (false, true) => " Band: from the least to the greatest value, for fewer than three runs have no interval.",
            _ => "",
        };
    }

    /// <summary>An optimizee's name, or "all" in words.</summary>
    internal static string Optimizee(string name) => name == CorrelationRow.AllOptimizees ? "all optimizees" : name;

    /// <summary>"2026-11-30 08:45 UTC".</summary>
    internal static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Range(double least, double most) =>
        $"{NumberText.Of(least, digits: 3)} to {NumberText.Of(most, digits: 3)}";
}
