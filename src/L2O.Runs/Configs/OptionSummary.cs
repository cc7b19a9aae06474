using System.Reflection;
using L2O.Options;

namespace L2O.Configs;

/// <summary>What there is to say about one key of an options record.</summary>
/// <param name="Key">As configs spell it.</param>
/// <param name="Default">As YAML; null where the key must be given.</param>
/// <param name="Wanted">The values that would do, in words.</param>
/// <param name="Property">Where its documentation is found.</param>
public sealed record OptionSummary(string Key, string? Default, string Wanted, PropertyInfo Property)
{
    /// <summary>Every key of a whole config.</summary>
    public static IReadOnlyList<OptionSummary> OfConfig(Type config, Kinds kinds) =>
        [.. Of(typeof(ConfigFileKeys), family: null, kinds), .. Of(config, family: null, kinds)];

    /// <summary>Every key of an options record, in the order declared, with the defaults that it has in a family.</summary>
    public static IReadOnlyList<OptionSummary> Of(Type record, Family? family, Kinds kinds)
    {
        var defaults = ConfigKey.Defaults(record, family);
        return
        [
            .. ConfigKey.Of(record).Select(key => new OptionSummary(
                key.Name,
                key.IsRequired ? null : ConfigWriter.OneLine(key.Property.GetValue(defaults), key.Type, kinds),
                key.Type.Wanted(kinds),
                key.Property)),
        ];
    }
}
