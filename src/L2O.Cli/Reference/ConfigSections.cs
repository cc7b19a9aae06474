using System.Reflection;
using L2O.Configs;
using L2O.Experiments;
using L2O.Options;
using L2O.Registration;

namespace L2O.Cli.Reference;

/// <summary>A part of configs that has keys: a whole config, or the value of a key.</summary>
/// <param name="Path">The key, dotted; of a whole config the command that runs it.</param>
/// <param name="Record">What the part is read into.</param>
internal sealed record ConfigSection(string Path, Type Record);

/// <summary>Finds the parts of configs that have keys, from the records that configs are read into.</summary>
internal static class ConfigSections
{
    private static readonly ConfigSection[] _configs =
    [
        new("train", typeof(TrainConfig)), new("evaluate", typeof(EvaluateConfig)), new("analyze", typeof(AnalyzeConfig)),
        new("sweep", typeof(SweepConfig)),
    ];

    /// <summary>Whether a part is a whole config.</summary>
    internal static bool IsConfig(string path) => _configs.Any(config => config.Path == path);

    /// <summary>Every one, each before those within it; what several configs have stands once.</summary>
    internal static IReadOnlyList<ConfigSection> All =>
        [.. _configs, .. _configs.SelectMany(config => Below(config.Record, path: "")).Concat(OfKinds()).Distinct()];

    /// <summary>What a record's keys hold that has keys itself.</summary>
    internal static IEnumerable<(OptionSummary Key, ConfigSection Section)> Within(
        IEnumerable<OptionSummary> keys, string path)
    {
        foreach (var key in keys)
        {
            if (RecordOf(key) is { } record)
            {
                yield return (key, new(path.Length == 0 ? key.Key : $"{path}.{key.Key}", record));
            }
        }
    }

    /// <summary>The record that a key's value, or each item of it, is read into; null where that is none.</summary>
    internal static Type? RecordOf(OptionSummary key) =>
        Innermost(key.Property.PropertyType) is { IsAbstract: false } type && type.IsAssignableTo(typeof(IOptions))
            ? type
            : null;

    /// <summary>What a list, an entry with variants or a value that may be absent holds.</summary>
    internal static Type Innermost(Type type) => type switch
    {
        { IsArray: true } => Innermost(type.GetElementType() ?? typeof(object)),
        { IsGenericType: true } => Innermost(type.GetGenericArguments()[0]),
        _ => type,
    };

    /// <summary>Whether the keys of a key's value stand beside it, those of the kind that is chosen.</summary>
    internal static bool IsInline(OptionSummary key) => key.Property.IsDefined(typeof(InlineAttribute));

    // Of the options of a kind, which may stand in many places: known by the key alone.
    private static IEnumerable<ConfigSection> OfKinds() => Enum.GetValues<Family>().Where(family => family != Family.Dataset)
        .SelectMany(family => Registry.Kinds(family).Values).Distinct()
        .SelectMany(kind => Below(kind, path: ""));

    private static IEnumerable<ConfigSection> Below(Type record, string path) =>
        Within(OptionSummary.Of(record, family: null, Registry.Kinds), path)
            .SelectMany(below => Below(below.Section.Record, below.Section.Path).Prepend(below.Section));
}
