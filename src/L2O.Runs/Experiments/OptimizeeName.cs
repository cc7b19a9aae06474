using L2O.Configs;
using L2O.Data;
using L2O.Options;
using L2O.Registration;
using L2O.Runs;

namespace L2O.Experiments;

/// <summary>What tables call an optimizee.</summary>
internal static class OptimizeeName
{
    /// <summary>
    /// The name its entry gives, and what sets a variant apart; else its kind and what sets it apart from that kind's
    /// defaults, for instance "mlp mnist relu" or "mlp mnist 20-20 batch_size=64", as short as <see cref="MadeName"/> has it.
    /// </summary>
    internal static string Of(OptimizeeEntry entry, Variant<IOptions> variant) => (entry.Name, variant.Label) switch
    {
        ({ } given, "") => given,
        ({ } given, var label) => MadeName.Of([MadeName.Word.Of(given), MadeName.Word.Of(label)]),
        _ => MadeName.Of([.. Words(variant.Options)]),
    };

    /// <summary>Names that cannot stand in a table, and names that two optimizees would share.</summary>
    internal static IEnumerable<OptionProblem> Problems(IReadOnlyList<OptimizeeEntry> entries) =>
    [
        .. RowName.Problems("optimizees", entries.Select(entry => entry.Name)),
        .. Require.NamesOfTheirOwn(
            "optimizees",
            "optimizee",
            entries.Select(entry => entry.Optimizee.All.Select(variant => Of(entry, variant)))),
    ];

    private static IEnumerable<MadeName.Word> Words(IOptions options)
    {
        yield return MadeName.Word.Of(Registry.KindOf(options));
        var defaults = ConfigKey.Defaults(options.GetType());
        foreach (var key in ConfigKey.Of(options.GetType()))
        {
            if (key.Property.GetValue(options) is DataSource data)
            {
                yield return MadeName.Word.Of(data.Name);
                continue;
            }

            var text = Text(key, options);
            if (text.Length > 0 && text != Text(key, defaults))
            {
                var word = key.Type.IsNumber || key.Type.Scalar == typeof(bool) ? $"{key.Name}={text}" : text;
                yield return new(word, Kinds(key.Property.GetValue(options)) ?? word);
            }
        }
    }

    // Of options within options the kinds, for instance "mlp+quadratic".
    private static string? Kinds(object? value) => value switch
    {
        IOptions inner => Registry.KindOf(inner),
        IReadOnlyList<IOptions> inner => string.Join('+', inner.Select(Registry.KindOf)),
        _ => null,
    };

    private static string Text(ConfigKey key, object options) =>
        ConfigWriter.OneLine(key.Property.GetValue(options), key.Type, Registry.Kinds)
            .Trim('[', ']').Replace("], [", "+", StringComparison.Ordinal).Replace(", ", "-", StringComparison.Ordinal);
}
