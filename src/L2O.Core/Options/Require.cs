using System.Globalization;

namespace L2O.Options;

/// <summary>Checks that many option records share.</summary>
internal static class Require
{
    internal static IEnumerable<OptionProblem> Positive(string key, double value) =>
        value > 0 && double.IsFinite(value) ? [] : [new(key, $"is {Text(value)}; choose a number above 0")];

    internal static IEnumerable<OptionProblem> NotNegative(string key, double value) =>
        value >= 0 && double.IsFinite(value) ? [] : [new(key, $"is {Text(value)}; choose 0 or more")];

    internal static IEnumerable<OptionProblem> Fraction(string key, double value) =>
        value is >= 0 and < 1 ? [] : [new(key, $"is {Text(value)}; choose 0 or more and less than 1")];

    internal static IEnumerable<OptionProblem> Share(string key, double value) =>
        value is > 0 and <= 1 ? [] : [new(key, $"is {Text(value)}; choose a number above 0, at most 1")];

    internal static IEnumerable<OptionProblem> InOrder(string lowKey, double low, string highKey, double high) =>
        low <= high ? [] : [new(lowKey, $"is {Text(low)}; choose at most {highKey} ({Text(high)})")];

    internal static IEnumerable<OptionProblem> AtLeast(string key, long value, long least) =>
        value >= least ? [] : [new(key, $"is {value}; choose {least} or more")];

    internal static IEnumerable<OptionProblem> Sizes(string key, int[] values) =>
        values.Where(value => value < 1).Take(1)
            .Select(value => new OptionProblem(key, $"has {value}; choose sizes of 1 or more"));

    internal static IEnumerable<OptionProblem> NotEmpty(string key, int[] values) =>
        values.Length > 0 ? [] : [new(key, "is empty; give at least one size")];

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
