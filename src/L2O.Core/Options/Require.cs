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

    /// <summary>Names that another entry of a list has taken before.</summary>
    /// <param name="key">The list's.</param>
    /// <param name="each">What an entry is.</param>
    /// <param name="names">Those of each entry: one or several.</param>
    internal static IEnumerable<OptionProblem> NamesOfTheirOwn(
        string key, string each, IEnumerable<IEnumerable<string>> names) => names
        .SelectMany((entry, i) => entry.Select(name => (Name: name, Index: i)))
        .GroupBy(entry => entry.Name)
        .SelectMany(group => group.Skip(1))
        .Select(again => new OptionProblem(
            $"{key}.{again.Index}.name", $"is {again.Name} again; give each {each} a name of its own"));

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
