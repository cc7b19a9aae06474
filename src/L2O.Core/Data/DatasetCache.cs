using L2O.Errors;
using L2O.Tensors;

namespace L2O.Data;

/// <summary>Loads each data set on first use, and owns it.</summary>
/// <param name="directory">Where files are.</param>
/// <param name="tensorOptions">Where tensors go.</param>
public sealed class DatasetCache(DataDirectory directory, TensorOptions tensorOptions) : IDisposable
{
    private readonly Dictionary<string, Dataset> _loaded = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _checksums = [];

    /// <summary>The data set with this name; valid until the cache is disposed.</summary>
    /// <exception cref="DatasetException">A file is missing or damaged.</exception>
    public Dataset Load(string name)
    {
        if (!_loaded.TryGetValue(name, out var dataset))
        {
            dataset = Datasets.Load(name, directory, tensorOptions);
            _loaded.Add(name, dataset);
        }

        return dataset;
    }

    /// <summary>SHA-256 of the files of every set loaded so far, by set and file name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Checksums() =>
        _loaded.Keys.ToDictionary(name => name, ChecksumsOf);

    /// <summary>
    /// Which files of the sets loaded so far are not the published ones, by set: whoever trains on them has data of their
    /// own under a known name.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Unpublished() => _loaded.Keys
        .ToDictionary(name => name, name => Datasets.Unpublished(name, directory, ChecksumsOf(name)))
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

    private IReadOnlyDictionary<string, string> ChecksumsOf(string name)
    {
        if (!_checksums.TryGetValue(name, out var checksums))
        {
            checksums = Datasets.Checksums(name, directory);
            _checksums.Add(name, checksums);
        }

        return checksums;
    }
}
