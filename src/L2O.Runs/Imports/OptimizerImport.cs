using L2O.Checkpoints;
using L2O.Configs;
using L2O.Errors;
using L2O.Imports.Formats;
using L2O.Options;
using L2O.Registration;
using L2O.Runs;
using L2O.Storage;
using static TorchSharp.torch;

namespace L2O.Imports;

/// <summary>A trained optimizer of another program, as one of ours.</summary>
public sealed class OptimizerImport
{
    private const string OwnPrefix = CheckpointKeys.PhiPrefix;

    private readonly ForeignFile _file;
    private readonly Dictionary<string, float[]> _values;

    private OptimizerImport(ForeignFile file, IOptions options, Dictionary<string, float[]> values) =>
        (_file, Options, _values) = (file, options, values);

    /// <summary>Kinds that files can be read as.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. ImportKind.All.Select(kind => kind.Name)];

    /// <summary>Of the optimizer: what shapes tell, what was asked for, and else what published ones were trained with.</summary>
    public IOptions Options { get; }

    /// <summary>What was read, in a sentence.</summary>
    public string Sentence =>
        $"{_file.Path}: {_file.Arrays.Count} arrays, {_values.Values.Sum(values => (long)values.Length)} parameters of {OptionsJson.Write(Options)}";

    /// <summary>Reads a file; its format is told by its bytes.</summary>
    /// <param name="path">Of the file; of a TensorFlow checkpoint its .index, or what its files' names begin with.</param>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="overrides">Options that the file does not hold, "key=value" each.</param>
    /// <exception cref="CheckpointException">The file is missing or damaged, or does not hold what such an optimizer has: no more and no less.</exception>
    /// <exception cref="ConfigException">An override is none that a config could make.</exception>
    public static OptimizerImport Read(string path, string kind, IReadOnlyList<string> overrides) =>
        Of(ForeignFile.Read(path), kind, overrides);

    /// <inheritdoc cref="Read"/>
    internal static OptimizerImport Of(ForeignFile read, string kind, IReadOnlyList<string> overrides)
    {
        var file = WithoutOwnPrefix(read);
        var chosen = ImportKind.All.Single(known => known.Name == kind);
        var (options, parts) = chosen.Fit(file, overrides);
        RequireKnown(file, chosen, parts);
        var values = parts.SelectMany(part => part.ToOurs(Values(file, chosen, part)))
            .ToDictionary(entry => entry.Name, entry => entry.Values, StringComparer.Ordinal);
        return new(file, options, values);
    }

    /// <summary>Writes it as a checkpoint, which names the files that it comes from.</summary>
    /// <param name="path">Replaced if it is there; the folders above it are made.</param>
    /// <exception cref="StorageException">It cannot be written; it stays as it was.</exception>
    public void Write(string path)
    {
        using var scope = NewDisposeScope();
        CheckpointContents contents = new();
        foreach (var shape in Registry.MakeLearned(Options).PhiLayout.Shapes)
        {
            contents.Add(CheckpointKeys.PhiPrefix + shape.Name, tensor(_values[shape.Name], shape.Shape));
        }

        contents.Add(CheckpointKeys.Format, CheckpointKeys.FormatValue);
        contents.Add(CheckpointKeys.Version, RunVersions.Program);
        contents.Add(CheckpointKeys.Optimizer, OptionsJson.Write(Options));
        contents.Add("source", string.Join(", ", _file.Sources.Select(source => source.Name)));
        contents.Add("source_sha256", string.Join(", ", _file.Sources.Select(source => source.Sha256)));
        var checkpoint = contents.ToFile();
        Safetensors.WriteWithFolders(path, checkpoint.Tensors, checkpoint.Metadata);
    }

    private static ForeignFile WithoutOwnPrefix(ForeignFile file) =>
        file.Arrays.Keys.All(name => name.StartsWith(OwnPrefix, StringComparison.Ordinal))
            ? file with { Arrays = file.Arrays.ToDictionary(entry => entry.Key[OwnPrefix.Length..], entry => entry.Value) }
            : file;

    private static void RequireKnown(ForeignFile file, ImportKind kind, IReadOnlyList<ForeignPart> parts)
    {
        var known = parts.Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
        if (file.Arrays.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            var other = ImportKind.All.FirstOrDefault(other => other != kind && other.HasNamesOf(file));
            var otherwise = Nearest.To(unknown, known) is { } nearest ? $"did you mean {nearest}?" : $"expected names such as {known.First()}";
            throw new CheckpointException($"{file.Path}: has {unknown}, which a {kind.Name} with these options lacks; {Remedy(other, otherwise)}");
        }
    }

    private static float[] Values(ForeignFile file, ImportKind kind, ForeignPart part)
    {
        if (!file.Arrays.TryGetValue(part.Name, out var array))
        {
            var other = ImportKind.All.FirstOrDefault(other => other != kind && other.HasNamesOf(file));
            throw new CheckpointException(
                $"{file.Path}: has no {part.Name}, which a {kind.Name} with these options has; {Remedy(other, "change options by --set")}");
        }

        if (!array.IsFloating)
        {
            throw new CheckpointException(
                $"{file.Path}: {part.Name} holds {array.Type}, expected {ForeignArray.Single} or {ForeignArray.Double}; convert it");
        }

        if (!array.Shape.AsSpan().SequenceEqual(part.Shape))
        {
            throw new CheckpointException(
                $"{file.Path}: {part.Name} is {ForeignArray.Shown(array.Shape)}, expected {ForeignArray.Shown(part.Shape)}; "
                + "choose the kind that was trained, or its options by --set");
        }

        return Array.FindIndex(array.Values, value => !float.IsFinite(value)) is >= 0 and var at
            ? throw new CheckpointException(
                FormattableString.Invariant($"{file.Path}: {part.Name} holds {array.Values[at]}, expected finite numbers of float32; use another file"))
            : array.Values;
    }

    private static string Remedy(ImportKind? other, string otherwise) =>
        other is null ? otherwise : $"these are the names of a {other.Name}, choose --kind {other.Name}";
}
