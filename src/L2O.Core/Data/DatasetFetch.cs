using L2O.Errors;

namespace L2O.Data;

/// <summary>Downloads data sets from where they are published.</summary>
/// <param name="client">Must have no timeout.</param>
/// <param name="stallTimeout">How long to wait for a silent mirror before trying the next.</param>
/// <param name="progress">Called after every block, on the thread that receives it.</param>
/// <param name="clock">Measures the stall timeout.</param>
public sealed class DatasetFetch(
    HttpClient client, TimeSpan stallTimeout, IProgress<FetchProgress> progress, TimeProvider clock)
{
    private readonly FileDownload _fileDownload = new(client, stallTimeout, progress, clock);

    /// <summary>Downloads the files of a set that are missing or not the published ones.</summary>
    /// <returns>The names of the downloaded files.</returns>
    /// <exception cref="ConfigException">The name is unknown.</exception>
    /// <exception cref="DatasetException">No mirror has a file, or it cannot be written.</exception>
    public Task<IReadOnlyList<string>> RunAsync(string name, DataDirectory directory, CancellationToken cancel) =>
        RunAsync(Datasets.Find(name), directory, cancel);

    internal async Task<IReadOnlyList<string>> RunAsync(DatasetKind kind, DataDirectory directory, CancellationToken cancel)
    {
        if (kind.Published is not { } published)
        {
            return [];
        }

        var reports = DatasetVerify.Check(kind, directory);
        Download[] needed = [.. published.Downloads.Where(download => published.Files.Zip(reports).Any(pair =>
            pair.Second.State != FileState.Ok && (download.IsArchive || pair.First.Name == download.Name)))];
        foreach (var download in needed)
        {
            var folder = Path.Combine(directory.Path, published.Folder);
            var target = Path.Combine(download.IsArchive ? directory.Path : folder, download.Name);
            await _fileDownload.FetchAsync(download, target, cancel);
            if (download.IsArchive)
            {
                Archive.Unpack(new(target, kind.Name), folder, [.. published.Files.Select(file => file.Name)]);
                File.Delete(target);
            }
        }

        return [.. needed.Select(download => download.Name)];
    }
}
