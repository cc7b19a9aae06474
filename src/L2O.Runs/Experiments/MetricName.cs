using L2O.Configs;
using L2O.Options;
using L2O.Registration;

namespace L2O.Experiments;

/// <summary>Options of a flatness metric, and what tables call it.</summary>
internal sealed record NamedMetricOptions(string Name, IOptions Options);

/// <summary>How tables call a flatness metric.</summary>
internal static class MetricName
{
    /// <summary>
    /// All of an analysis: the kind, and where there are several of it what sets them apart, for instance
    /// "local_entropy gamma=100" or "sam_sharpness rho=0.5 adaptive", as short as <see cref="MadeName"/> has it.
    /// </summary>
    internal static IReadOnlyList<NamedMetricOptions> All(IReadOnlyList<Variants<IOptions>> metrics)
    {
        IOptions[] all = [.. metrics.SelectMany(entry => entry.All).Select(variant => variant.Options)];
        var keys = all.GroupBy(options => options.GetType()).ToDictionary(kind => kind.Key, kind => Varying(kind.Key, [.. kind]));
        return
        [
            .. all.Select(options => new NamedMetricOptions(
                MadeName.Of([MadeName.Word.Of(Registry.KindOf(options)), .. Words(options, keys[options.GetType()])]), options)),
        ];
    }

    /// <summary>Entries that measure what has been measured before.</summary>
    internal static IEnumerable<OptionProblem> Repeated(IReadOnlyList<Variants<IOptions>> metrics) => metrics
        .SelectMany((entry, i) => entry.All.Select(_ => i)).Zip(All(metrics), (entry, metric) => (Entry: entry, metric.Name))
        .GroupBy(metric => metric.Name)
        .SelectMany(same => same.Skip(1))
        .Select(again => new OptionProblem(
            $"metrics.{again.Entry}", $"is {again.Name} with the same options again; leave one out"));

    private static ConfigKey[] Varying(Type record, IOptions[] all) =>
        [.. ConfigKey.Of(record).Where(key => all.Select(options => Text(key, options)).Distinct().Count() > 1)];

    private static IEnumerable<MadeName.Word> Words(IOptions options, ConfigKey[] keys) => keys
        .Where(key => key.Property.GetValue(options) is not false)
        .Select(key => MadeName.Word.Of(
            key.Property.GetValue(options) is true ? key.Name : $"{key.Name}={Text(key, options)}"));

    private static string Text(ConfigKey key, IOptions options) =>
        ConfigWriter.OneLine(key.Property.GetValue(options), key.Type, Registry.Kinds);
}
