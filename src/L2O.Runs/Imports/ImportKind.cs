using L2O.Configs;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Registration;

namespace L2O.Imports;

/// <summary>A kind of learned optimizer that files of others hold.</summary>
/// <param name="Name">As configs spell it.</param>
/// <param name="Settings">What the published files do not hold, and were trained with, as a config would say it.</param>
/// <param name="Layouts">How files may lay it out: published ones, and such as have our names.</param>
/// <param name="Read">Gives options from a config of them alone.</param>
internal sealed record ImportKind(
    string Name, IReadOnlyList<string> Settings, IReadOnlyList<ForeignLayout> Layouts, Func<ConfigSource, IOptions> Read)
{
    internal static readonly IReadOnlyList<ImportKind> All =
    [
        new(
            "dm", ["preprocess_k: 5", "output_scale: 0.01"], [SonnetLayout.Dm, OwnLayout.Dm],
            source => ConfigReader.Read<DmOptions>(source, Registry.Kinds)),
        new(
            "rnnprop", ["beta1: 0.95", "beta2: 0.95", "output_scale: 0.01"], [SonnetLayout.RnnProp, OwnLayout.RnnProp],
            source => ConfigReader.Read<RnnPropOptions>(source, Registry.Kinds)),
        new(
            "scale", ["global_input: last"], [ScaleLayout.Published, OwnLayout.Scale],
            source => ConfigReader.Read<ScaleOptions>(source, Registry.Kinds)),
    ];

    /// <summary>The layout of which a file has most, with the options that fit it.</summary>
    /// <param name="file">Of any optimizer.</param>
    /// <param name="overrides">"key=value" each, which come before what shapes and published settings say.</param>
    /// <exception cref="Errors.ConfigException">An override is none that a config could make.</exception>
    internal (IOptions Options, IReadOnlyList<ForeignPart> Parts) Fit(ForeignFile file, IReadOnlyList<string> overrides) =>
        Layouts.Select(layout => Fit(layout, file, overrides)).MaxBy(fit => fit.Parts.Count(part => file.Arrays.ContainsKey(part.Name)));

    /// <summary>Whether a file has the names of such an optimizer, all of them and no others.</summary>
    internal bool HasNamesOf(ForeignFile file) =>
        Fit(file, []).Parts.Select(part => part.Name).ToHashSet(StringComparer.Ordinal).SetEquals(file.Arrays.Keys);

    private (IOptions Options, IReadOnlyList<ForeignPart> Parts) Fit(
        ForeignLayout layout, ForeignFile file, IReadOnlyList<string> overrides)
    {
        var options = Read(new(file.Path, $"{{{string.Join(", ", Settings.Concat(layout.Sizes(file)))}}}", overrides));
        return (options, [.. layout.Parts(options)]);
    }
}
