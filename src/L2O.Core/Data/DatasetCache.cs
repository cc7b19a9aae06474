using L2O.Errors;
using L2O.Tensors;

namespace L2O.Data;

/// <summary>Loads each data set on first use, and owns it.</summary>
/// <param name="directory">Where files are.</param>
/// <param name="tensorOptions">Where tensors go.</param>
public sealed class DatasetCache(DataDirectory directory, TensorOptions tensorOptions) : IDisposable
{
    private readonly Dictionary<string, Dataset> _loaded = [];
    private readonly Dictionary<string, Task<LoadedFiles>> _files = [];

    /// <summary>The data set with this name; valid until the cache is disposed.</summary>
    /// <exception cref="DatasetException">A file is missing or damaged.</exception>
    public Dataset Load(string name)
    {
        if (!_loaded.TryGetValue(name, out var dataset))
        {
            // Beside the loading: both read the whole files.
            _files[name] = Task.Run(() => LoadedFiles.Of(name, directory));
            dataset = Datasets.Load(name, directory, tensorOptions);
            _loaded.Add(name, dataset);
        }

        return dataset;
    }

    /// <summary>SHA-256 of the files of every set loaded so far, by set and file name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Checksums() =>
        _loaded.Keys.ToDictionary(name => name, name => FilesOf(name).Checksums);

    /// <summary>
    /// Which files of the sets loaded so far are not the published ones, by set: whoever trains on them has data of their
    /// own under a known name.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Unpublished() => _loaded.Keys
        .ToDictionary(name => name, name => FilesOf(name).Unpublished)
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

    private LoadedFiles FilesOf(string name) => _files[name].GetAwaiter().GetResult();

    /// <summary>The files of one set.</summary>
    /// <param name="Checksums">SHA-256 of each, by name.</param>
    /// <param name="Unpublished">Paths of those that are not the published ones.</param>
    private sealed record LoadedFiles(IReadOnlyDictionary<string, string> Checksums, IReadOnlyList<string> Unpublished)
    {
        internal static LoadedFiles Of(string name, DataDirectory directory)
        {
            var checksums = Datasets.Checksums(name, directory);
            return new(checksums, Datasets.Unpublished(name, directory, checksums));
        }
    }
}
