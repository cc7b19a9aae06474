using L2O.Errors;
using L2O.Storage;
using L2O.Tensors;

namespace L2O.Data;

/// <summary>Every data set that configs can name, one line each. No tensor is touched before one is loaded.</summary>
public static class Datasets
{
    /// <summary>The table.</summary>
    public static IReadOnlyList<DatasetKind> All { get; } =
        [Mnist.Digits, Mnist.Fashion, Cifar10.Kind, SyntheticDigits.Kind, SyntheticImages.Kind];

    /// <summary>The set of a name.</summary>
    /// <exception cref="ConfigException">There is none.</exception>
    public static DatasetKind Find(string name) =>
        All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new ConfigException(
            $"There is no data set {name}; choose one of {string.Join(", ", All.Select(kind => kind.Name))}");

    /// <summary>Reads or generates a set; owned by the caller.</summary>
    /// <exception cref="DatasetException">A file is missing or damaged.</exception>
    public static Dataset Load(string name, DataDirectory directory, TensorOptions tensorOptions) =>
        Find(name).Load(directory, tensorOptions);

    /// <summary>SHA-256 of each file that loading reads, as it is stored; empty for what is generated in process.</summary>
    /// <exception cref="DatasetException">A file is missing.</exception>
    public static IReadOnlyDictionary<string, string> Checksums(string name, DataDirectory directory) =>
        Find(name).Published is not { } published
            ? new Dictionary<string, string>()
            : published.Files
                .Select(file => directory.Find(name, published.Folder, file.Name))
                .ToDictionary(file => Path.GetFileName(file.Path), file => file.Read(Sha256.Of));

    /// <summary>Paths of the files that a set was loaded from and that are not the published ones.</summary>
    /// <param name="name">The set's.</param>
    /// <param name="directory">Where it was loaded from.</param>
    /// <param name="checksums">From <see cref="Checksums"/>.</param>
    internal static IReadOnlyList<string> Unpublished(
        string name, DataDirectory directory, IReadOnlyDictionary<string, string> checksums) =>
        Find(name).Published is not { } published
            ? []
            : [.. published.Files
                .Select(file => (Published: file, Found: directory.Find(name, published.Folder, file.Name)))
                .Where(file => !file.Published.IsPublished(file.Found, checksums[Path.GetFileName(file.Found.Path)]))
                .Select(file => file.Found.Path)];
}
