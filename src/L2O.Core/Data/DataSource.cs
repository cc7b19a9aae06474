using L2O.Errors;
using L2O.Options;
using L2O.Tensors;

namespace L2O.Data;

/// <summary>Where labelled examples come from: a data set that is known by its name, or files of one's own.</summary>
public abstract record DataSource : IOptions
{
    /// <summary>What tables and messages call it.</summary>
    public abstract string Name { get; }

    /// <summary>The folder of one's own files; null for a known set.</summary>
    internal virtual string? Folder => null;

    /// <summary>A known set.</summary>
    public static implicit operator DataSource(string name) => new NamedData(name);

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() => [];

    /// <summary>Reads or generates the examples; the caller owns them.</summary>
    /// <exception cref="DatasetException">A file is missing or damaged.</exception>
    internal abstract Dataset Load(DataDirectory directory, TensorOptions tensorOptions, IImageDecoder? decoder);

    /// <summary>SHA-256 of what loading reads, by name; empty where it is generated.</summary>
    /// <exception cref="DatasetException">A file is missing.</exception>
    internal abstract IReadOnlyDictionary<string, string> Checksums(DataDirectory directory);

    /// <summary>Paths of the files that are not those that were published under the name.</summary>
    internal virtual IReadOnlyList<string> Unpublished(DataDirectory directory, IReadOnlyDictionary<string, string> checksums) => [];
}

/// <summary>A data set of <see cref="Datasets"/>.</summary>
public sealed record NamedData : DataSource, INamedOptions
{
    /// <summary>The set of a name.</summary>
    public NamedData(string name) => Name = name;

    /// <inheritdoc/>
    public override string Name { get; }

    internal override Dataset Load(DataDirectory directory, TensorOptions tensorOptions, IImageDecoder? decoder) =>
        Datasets.Load(Name, directory, tensorOptions);

    internal override IReadOnlyDictionary<string, string> Checksums(DataDirectory directory) => Datasets.Checksums(Name, directory);

    internal override IReadOnlyList<string> Unpublished(DataDirectory directory, IReadOnlyDictionary<string, string> checksums) =>
        Datasets.Unpublished(Name, directory, checksums);
}
