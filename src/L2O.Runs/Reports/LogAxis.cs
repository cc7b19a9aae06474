extern alias plots;

using System.Globalization;
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

    /// <summary>The position of a value on the axis.</summary>
    internal static double At(double value) => Math.Log10(Math.Max(value, Smallest));

    /// <summary>The value at a position of the axis.</summary>
    internal static double Value(double position) => Math.Pow(10, position);

    /// <summary>Sets the vertical range, in logarithms, with a small margin.</summary>
    internal static void Set(Plot plot, double low, double high)
    {
        var room = 0.04 * Math.Max(high - low, 0.1);
        plot.Axes.SetLimitsY(low - room, high + room);
        plot.Axes.Left.TickGenerator = Ticks(low - room, high + room);
    }

    /// <summary>Ticks at powers of ten, and at 2 and 5 times them if there are few.</summary>
    internal static ITickGenerator Ticks(double low, double high)
    {
        NumericManual ticks = new();
        var every = Math.Max(1, (int)Math.Ceiling((high - low) / 10));
        for (var power = (int)Math.Floor(low); power <= high; power++)
        {
            for (var digit = 1; digit < 10; digit++)
            {
                var isMajor = digit == 1 ? power % every == 0 : digit is 2 or 5 && high - low < MostDecadesWithFractions;
                if (isMajor)
                {
                    ticks.AddMajor(power + Math.Log10(digit), Label(digit, power));
                }
                else
                {
                    ticks.AddMinor(power + Math.Log10(digit));
                }
            }
        }

        return ticks;
    }

    private static string Label(int digit, int power) => power is >= -3 and <= 4
        ? (digit * Math.Pow(10, power)).ToString("0.###", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{digit}e{power}");
}
