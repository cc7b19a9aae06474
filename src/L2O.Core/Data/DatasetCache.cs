using L2O.Errors;
using L2O.Storage;
using L2O.Tensors;

namespace L2O.Data;

/// <summary>Loads each data set on first use, and owns it.</summary>
/// <param name="directory">Where the files of known sets are.</param>
/// <param name="tensorOptions">Where tensors go.</param>
public sealed class DatasetCache(DataDirectory directory, TensorOptions tensorOptions) : IDisposable
{
    private readonly Dictionary<DataSource, Dataset> _loaded = [];
    private readonly Dictionary<DataSource, Task<LoadedFiles>> _files = [];

    /// <summary>Reads images of one's own; without it there can be none.</summary>
    public IImageDecoder? Decoder { get; init; }

    /// <summary>The data set; valid until the cache is disposed.</summary>
    /// <exception cref="DatasetException">A file is missing or damaged.</exception>
    public Dataset Load(DataSource source)
    {
        if (!_loaded.TryGetValue(source, out var dataset))
        {
            // Beside the loading: both read the whole files.
            _files[source] = Task.Run(() => LoadedFiles.Of(source, directory));
            dataset = source.Load(directory, tensorOptions, Decoder);
            _loaded.Add(source, dataset);
        }

        return dataset;
    }

    /// <summary>SHA-256 of the files of every set loaded so far, by set and file: "mnist/t10k-labels-idx1-ubyte".</summary>
    /// <remarks>Sets of one's own in folders of one name share entries, which then have the checksums of each.</remarks>
    public IReadOnlyDictionary<string, string> Checksums() => _loaded.Keys
        .SelectMany(source => FilesOf(source).Checksums.Select(file => (Name: $"{source.Name}/{file.Key}", file.Value)))
        .GroupBy(file => file.Name, file => file.Value)
        .ToDictionary(file => file.Key, file => string.Join('+', file.Distinct().Order(StringComparer.Ordinal)));

    /// <summary>One SHA-256 for all that was loaded of each folder of one's own, by its path.</summary>
    public IReadOnlyDictionary<string, string> FolderChecksums() => _loaded.Keys
        .Select(source => (source.Folder, FilesOf(source).Checksums))
        .GroupBy(source => source.Folder ?? "", source => source.Checksums)
        .Where(folder => folder.Key.Length > 0)
        .ToDictionary(folder => folder.Key, folder => Sha256.OfNamed(folder.SelectMany(files => files).Distinct()));

    /// <summary>What each set of one's own that was loaded holds, a sentence each.</summary>
    public IEnumerable<string> Descriptions() => _loaded.Where(set => set.Key.Folder is not null).Select(set =>
        $"{set.Key.Folder}: images of {string.Join(" x ", set.Value.InputShape)} in {set.Value.ClassCount} classes, "
        + $"{set.Value[Split.Train].Count} to train on, {set.Value[Split.Validation].Count} to validate and {set.Value[Split.Test].Count} to test");

    /// <summary>
    /// Which files of the sets loaded so far are not the published ones, by set: whoever trains on them has data of their
    /// own under a known name.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Unpublished() => _loaded.Keys.OfType<NamedData>()
        .ToDictionary(source => source.Name, source => FilesOf(source).Unpublished)
        .Where(set => set.Value.Count > 0).ToDictionary();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var dataset in _loaded.Values)
        {
            dataset.Dispose();
        }

        _loaded.Clear();
    }

    private LoadedFiles FilesOf(DataSource source) => _files[source].GetAwaiter().GetResult();

    /// <summary>The files of one set.</summary>
    /// <param name="Checksums">SHA-256 of each, by name.</param>
    /// <param name="Unpublished">Paths of those that are not the published ones.</param>
    private sealed record LoadedFiles(IReadOnlyDictionary<string, string> Checksums, IReadOnlyList<string> Unpublished)
    {
        internal static LoadedFiles Of(DataSource source, DataDirectory directory)
        {
            var checksums = source.Checksums(directory);
            return new(checksums, source.Unpublished(directory, checksums));
        }
    }
}
