using System.Globalization;

namespace L2O.Options;

/// <summary>Checks for records of options: each gives the problems it finds, none where the value will do.</summary>
public static class Require
{
    /// <summary>Something that must hold.</summary>
    /// <param name="condition">Whether it does.</param>
    /// <param name="key">The key to blame where it does not.</param>
    /// <param name="message">Follows the key: the value met and the values allowed ("is 0; choose 1 or more").</param>
    public static IEnumerable<OptionProblem> That(bool condition, string key, string message) =>
        condition ? [] : [new(key, message)];

    /// <summary>A finite number above 0.</summary>
    public static IEnumerable<OptionProblem> Positive(string key, double value) =>
        Within(new(0, HasLeast: false), value > 0 && double.IsFinite(value), key, $"is {Text(value)}; choose a number above 0");

    /// <summary>A finite number of 0 or more.</summary>
    public static IEnumerable<OptionProblem> NotNegative(string key, double value) =>
        Within(new(0), value >= 0 && double.IsFinite(value), key, $"is {Text(value)}; choose 0 or more");

    /// <summary>A number from 0, less than 1.</summary>
    public static IEnumerable<OptionProblem> Fraction(string key, double value) =>
        Within(new(0, 1, HasMost: false), value is >= 0 and < 1, key, $"is {Text(value)}; choose 0 or more and less than 1");

    /// <summary>A number above 0, at most 1.</summary>
    public static IEnumerable<OptionProblem> Share(string key, double value) =>
        Within(new(0, 1, HasLeast: false), value is > 0 and <= 1, key, $"is {Text(value)}; choose a number above 0, at most 1");

    /// <summary>A number from 0 to 1.</summary>
    public static IEnumerable<OptionProblem> Probability(string key, double value) =>
        Within(new(0, 1), value is >= 0 and <= 1, key, $"is {Text(value)}; choose a number from 0 to 1");

    /// <summary>Two numbers of which the first is not the larger.</summary>
    public static IEnumerable<OptionProblem> InOrder(string lowKey, double low, string highKey, double high) =>
        That(low <= high, lowKey, $"is {Text(low)}; choose at most {highKey} ({Text(high)})");

    /// <summary>A whole number that is not below another.</summary>
    public static IEnumerable<OptionProblem> AtLeast(string key, long value, long least) =>
        Within(new(least), value >= least, key, $"is {value}; choose {least} or more");

    /// <summary>A list with something in it.</summary>
    public static IEnumerable<OptionProblem> NotEmpty<T>(string key, IReadOnlyCollection<T> values) =>
        That(values.Count > 0, key, "is an empty list; name one or more");

    /// <summary>Sizes of 1 or more; there may be none.</summary>
    public static IEnumerable<OptionProblem> Sizes(string key, IReadOnlyList<int> values) =>
        Each(key, values, (itemKey, value) => AtLeast(itemKey, value, 1));

    /// <summary>A check of each item of a list, under a key that names the item: hidden.0 is the first of `hidden`.</summary>
    /// <param name="key">The list's.</param>
    /// <param name="values">The list.</param>
    /// <param name="check">Given an item's key and the item; for instance <see cref="Positive"/>.</param>
    public static IEnumerable<OptionProblem> Each<T>(
        string key, IReadOnlyList<T> values, Func<string, T, IEnumerable<OptionProblem>> check) =>
        values.SelectMany((value, i) => check($"{key}.{i}", value));

    /// <summary>Names that no other entry of a list has taken before.</summary>
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

    private static IEnumerable<OptionProblem> Within(NumberRange range, bool condition, string key, string message) =>
        That(condition, key, message).Select(problem => problem with { Allowed = range });

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
