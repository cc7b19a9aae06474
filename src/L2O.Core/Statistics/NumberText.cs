using System.Globalization;

namespace L2O.Statistics;

/// <summary>Numbers as tables and pictures show them to people: the same digits whatever the size, as files have them all.</summary>
public static class NumberText
{
    private const double Smallest = 1e-3;
    private const double Largest = 1e5;

    /// <summary>A few significant digits: 0.4088, 12.35, and with an exponent what is smaller than 0.001 or not below 100,000: 1.000e30.</summary>
    /// <param name="value">Any number.</param>
    /// <param name="digits">How many, from 1.</param>
    public static string Of(double value, int digits = 4)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value == 0 ? "0" : value.ToString(CultureInfo.InvariantCulture);
        }

        var size = Math.Abs(value);
        return size is >= Smallest and < Largest
            ? value.ToString($"F{Math.Max(0, digits - 1 - (int)Math.Floor(Math.Log10(size)))}", CultureInfo.InvariantCulture)
            : value.ToString($"0.{new string('0', digits - 1)}e0", CultureInfo.InvariantCulture);
    }

    /// <summary>A mean and half the width of its interval, which has two digits: 0.4088 ±0.038.</summary>
    /// <param name="mean">Of a sample.</param>
    /// <param name="high">Upper end of its interval; NaN where there is none.</param>
    public static string OfMean(double mean, double high) =>
        double.IsNaN(high) ? Of(mean) : $"{Of(mean)} ±{Of(high - mean, digits: 2)}";

    /// <summary>Hours, minutes and seconds: 1:02:03.</summary>
    public static string OfTime(double seconds) => string.Create(
        CultureInfo.InvariantCulture, $"{(long)seconds / 3600}:{(long)seconds / 60 % 60:00}:{(long)seconds % 60:00}");
}
