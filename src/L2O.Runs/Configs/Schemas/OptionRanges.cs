using L2O.Options;

namespace L2O.Configs.Schemas;

/// <summary>
/// The numbers that the keys of a record may have, found by asking it: a number that no range holds is set, and the
/// problem that the record has with it says what would do.
/// </summary>
internal sealed class OptionRanges(Kinds kinds)
{
    /// <summary>By key; of a list, the numbers of its items. A key is left out where others decide what would do.</summary>
    internal IReadOnlyDictionary<string, NumberRange> Of(Type record, Family? family)
    {
        Dictionary<string, NumberRange> ranges = [];
        foreach (var key in ConfigKey.Of(record))
        {
            if (Wrong(key.Type) is { } wrong
                && Loosest([.. Settings(record, family).Select(options => RangeOf(options, key, wrong))]) is { } range)
            {
                ranges.Add(key.Name, range);
            }
        }

        return ranges;
    }

    private static NumberRange? RangeOf(IOptions options, ConfigKey key, object wrong)
    {
        key.Property.SetValue(options, wrong);
        var blamed = wrong is Array ? $"{key.Name}.0" : key.Name;
        return options.Problems().FirstOrDefault(problem => problem.Key == blamed && problem.Allowed is not null)?.Allowed;
    }

    private static NumberRange? Loosest(NumberRange?[] ranges) => ranges.Any(range => range is null) || ranges.Distinct().Count() > 1
        ? ranges.All(range => range is { Most: null, HasLeast: true }) ? ranges.MinBy(range => range?.Least) : null
        : ranges[0];

    // The defaults, and for each key with few values the defaults with each of these.
    private IEnumerable<IOptions> Settings(Type record, Family? family)
    {
        yield return Example(record, family);
        foreach (var key in ConfigKey.Of(record).Where(key => key.Type.Scalar.IsEnum))
        {
            foreach (var value in Enum.GetValues(key.Type.Scalar))
            {
                var options = Example(record, family);
                key.Property.SetValue(options, value);
                yield return options;
            }
        }
    }

    // Negative whole numbers and NaN are in no range that there is.
    private static object? Wrong(ConfigType type) => type switch
    {
        _ when type.Clr == typeof(int[]) => new[] { -1 },
        _ when type.Clr == typeof(double[]) => new[] { double.NaN },
        { IsNumber: false } => null,
        _ when type.Scalar == typeof(double) => double.NaN,
        _ when type.Scalar == typeof(int) => -1,
        _ => -1L,
    };

    // The defaults, with something in place of what is required.
    private IOptions Example(Type record, Family? family)
    {
        var options = ConfigKey.Defaults(record, family);
        foreach (var key in ConfigKey.Of(record).Where(key => key.IsRequired))
        {
            key.Property.SetValue(options, Example(key.Type));
        }

        return (IOptions)options;
    }

    private object? Example(ConfigType type) => type switch
    {
        { Variant: not null } => new Variants<IOptions>((IOptions)(Example(type.Variant) ?? throw new ArgumentException($"{type}"))),
        { Item: { } item } => Array.CreateInstance(item.Clr, 0),
        { IsUnion: true } => Example(type.KindsOf(kinds).First().Value, type.Family),
        { Family: not null } => type.Known(kinds).First().Key,
        _ when type.Clr == typeof(string) => "x",
        _ => Activator.CreateInstance(type.Clr),
    };
}
