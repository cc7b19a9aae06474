using L2O.Configs;
using L2O.Options;
using L2O.Registration;
using L2O.Runs;

namespace L2O.Experiments;

/// <summary>What tables call an optimizee.</summary>
internal static class OptimizeeName
{
    /// <summary>
    /// The name its entry gives; else its kind and what sets it apart from that kind's defaults, for instance
    /// "mlp mnist relu" or "mlp mnist 20-20 batch_size=64".
    /// </summary>
    internal static string Of(OptimizeeEntry entry, Variant<IOptions> variant) => entry.Name is { } given
        ? $"{given} {variant.Label}".TrimEnd()
        : string.Join(' ', Words(variant.Options));

    /// <summary>Names that cannot stand in a table, and names that two optimizees would share.</summary>
    internal static IEnumerable<OptionProblem> Problems(IReadOnlyList<OptimizeeEntry> entries) =>
    [
        .. RowName.Problems("optimizees", entries.Select(entry => entry.Name)),
        .. Require.NamesOfTheirOwn(
            "optimizees",
            "optimizee",
            entries.Select(entry => entry.Optimizee.All.Select(variant => Of(entry, variant)))),
    ];

    private static IEnumerable<string> Words(IOptions options)
    {
        yield return Registry.KindOf(options);
        var defaults = ConfigKey.Defaults(options.GetType());
        foreach (var key in ConfigKey.Of(options.GetType()))
        {
            var text = Text(key, options);
            if (text.Length > 0 && text != Text(key, defaults))
            {
                yield return key.Type.IsNumber || key.Type.Scalar == typeof(bool) ? $"{key.Name}={text}" : text;
            }
        }
    }

    private static string Text(ConfigKey key, object options) =>
        ConfigWriter.OneLine(key.Property.GetValue(options), key.Type, Registry.Kinds)
            .Trim('[', ']').Replace(", ", "-", StringComparison.Ordinal);
}
