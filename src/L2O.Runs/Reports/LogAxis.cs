extern alias plots;

using System.Globalization;
using L2O.Statistics;
using plots::ScottPlot;
using plots::ScottPlot.TickGenerators;

namespace L2O.Reports;

/// <summary>Logarithmic axes: values are plotted as base-10 logarithms and labelled as themselves.</summary>
internal static class LogAxis
{
    // Smaller than any plotted value; zeros are drawn here.
    private const double Smallest = 1e-12;

    // Over more decades, labels between powers of ten would overlap.
    private const double MostDecadesWithFractions = 2.5;

    private const int MostDigits = 8;

    // Where fewer of the usual labels fit, there are so many others.
    private const int FewestLabels = 2;
    private const int EvenLabels = 5;

    /// <summary>The position of a value on the axis.</summary>
    internal static double At(double value) => Math.Log10(Math.Max(value, Smallest));

    /// <summary>The values at positions of the axis, in as few digits as tell them apart.</summary>
    internal static string[] Texts(IReadOnlyList<double> positions) => Enumerable.Range(2, MostDigits - 1)
        .Select(digits => positions.Select(position => NumberText.Of(Math.Pow(10, position), digits)).ToArray())
        .FirstOrDefault(texts => texts.Distinct().Count() == positions.Distinct().Count())
        ?? [.. positions.Select(position => NumberText.Of(Math.Pow(10, position), MostDigits))];

    /// <summary>Sets the vertical range, in logarithms, with a small margin.</summary>
    internal static void Set(Plot plot, double low, double high)
    {
        var room = 0.04 * Math.Max(high - low, 0.1);
        plot.Axes.SetLimitsY(low - room, high + room);
        plot.Axes.Left.TickGenerator = Ticks(low - room, high + room);
    }

    /// <summary>
    /// Ticks at powers of ten, and at 2 and 5 times them if there are few; at even distances where not even these are there.
    /// </summary>
    internal static ITickGenerator Ticks(double low, double high)
    {
        NumericManual ticks = new();
        (double Position, string? Label)[] round = [.. RoundTicks(low, high).Where(tick => tick.Position >= low && tick.Position <= high)];
        foreach (var (position, label) in round)
        {
            if (label is null)
            {
                ticks.AddMinor(position);
            }
            else
            {
                ticks.AddMajor(position, label);
            }
        }

        double[] places = [.. Enumerable.Range(0, EvenLabels).Select(i => low + ((high - low) * (i + 0.5) / EvenLabels))];
        return round.Count(tick => tick.Label is not null) < FewestLabels ? new NumericManual(places, Texts(places)) : ticks;
    }

    // Those without a label are minor.
    private static IEnumerable<(double Position, string? Label)> RoundTicks(double low, double high)
    {
        var every = Math.Max(1, (int)Math.Ceiling((high - low) / 10));
        for (var power = (int)Math.Floor(low); power <= high; power++)
        {
            for (var digit = 1; digit < 10; digit++)
            {
                var isMajor = digit == 1 ? power % every == 0 : digit is 2 or 5 && high - low < MostDecadesWithFractions;
                yield return (power + Math.Log10(digit), isMajor ? Label(digit, power) : null);
            }
        }
    }

    private static string Label(int digit, int power) => power is >= -3 and <= 4
        ? (digit * Math.Pow(10, power)).ToString("0.###", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{digit}e{power}");
}
