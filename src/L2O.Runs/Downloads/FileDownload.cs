using L2O.Data;
using L2O.Errors;
using L2O.Storage;
using Polly;
using Polly.Timeout;

namespace L2O.Downloads;

/// <summary>
/// Fetches one file from the first mirror that has the published bytes. They are collected beside the target, checked,
/// written through to the disk and only then renamed: the target is whole or not there.
/// </summary>
internal sealed class FileDownload(HttpClient client, FetchWaits waits, IProgress<FetchProgress> progress)
{
    private const int Rounds = 3;
    private const int BlockSize = 1 << 17;

    private readonly ResiliencePipeline _answer = new ResiliencePipelineBuilder().AddTimeout(waits.Stall).Build();

    private readonly ResiliencePipeline<string[]> _rounds = new ResiliencePipelineBuilder<string[]>()
        .AddRetry(new()
        {
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { Length: > 0 }),
            MaxRetryAttempts = Rounds - 1,
            Delay = waits.Pause,
            BackoffType = DelayBackoffType.Exponential,
        })
        .Build();

    /// <summary>Fetches a file.</summary>
    /// <exception cref="DatasetException">No mirror has it, or it cannot be written.</exception>
    public async Task FetchAsync(Download download, string target, CancellationToken cancel)
    {
        var part = target + ".part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? ".");
            var failures = await Fill(part, download, cancel);
            if (failures.Length > 0)
            {
                throw new DatasetException(
                    $"{download.Name} could not be fetched: {string.Join("; ", failures)}; check the network and run the "
                    + $"command again, or put the file at {target}");
            }

            File.Move(part, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{target}: cannot be written ({e.Message.TrimEnd('.')}); check the folder given by "
                + $"--data-dir or {DataDirectory.Variable}, its space, and that nothing else is fetching", e);
        }
    }

    /// <summary>Writes the published bytes through to the disk; else says why each mirror failed, and leaves no file.</summary>
    private async Task<string[]> Fill(string path, Download download, CancellationToken cancel)
    {
        var isWhole = false;

        // Opened outside of the try: a file that another process is filling stays.
        var part = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        try
        {
            await using (part)
            {
                var failures = await _rounds.ExecuteAsync(async token => await TryMirrors(download, part, token), cancel);
                part.Flush(flushToDisk: true);
                isWhole = failures.Length == 0;
                return failures;
            }
        }
        finally
        {
            if (!isWhole)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Why each mirror failed; empty once one did not.</summary>
    private async Task<string[]> TryMirrors(Download download, FileStream part, CancellationToken cancel)
    {
        List<string> failures = [];
        foreach (var uri in download.Mirrors.Select(mirror => new Uri(mirror + download.Name)))
        {
            if (await TryMirror(uri, download, part, cancel) is not { } failure)
            {
                return [];
            }

            failures.Add($"{uri} {failure}");
        }

        return [.. failures];
    }

    /// <summary>Why the mirror failed; null once it did not.</summary>
    private async Task<string?> TryMirror(Uri uri, Download download, FileStream part, CancellationToken cancel)
    {
        part.SetLength(0);
        try
        {
            using var response = await _answer.ExecuteAsync(
                async stall => await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, stall), cancel);
            if (!response.IsSuccessStatusCode)
            {
                return $"answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
            }

            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            return await Receive(body, download, part, cancel);
        }
        catch (TimeoutRejectedException)
        {
            return $"sent nothing for {waits.Stall.TotalSeconds:0.#} seconds";
        }
        catch (HttpRequestException e)
        {
            return $"failed ({e.Message.TrimEnd('.')})";
        }
    }

    private async Task<string?> Receive(Stream body, Download download, FileStream part, CancellationToken cancel)
    {
        var block = new byte[BlockSize];
        while (await ReadOrEnd(body, block, cancel) is > 0 and var count)
        {
            if (part.Length + count > download.Size)
            {
                return $"sent more than the published {download.Size} bytes";
            }

            part.Write(block, 0, count);
            progress.Report(new(download.Name, part.Length, download.Size));
        }

        if (part.Length < download.Size)
        {
            return $"ended after {part.Length} of {download.Size} bytes";
        }

        part.Position = 0;
        return Sha256.Of(part) == download.Sha256 ? null : "sent other bytes than the published ones";
    }

    // A connection that breaks ends the answer; what it lacks is said as for one that ends too early.
    private async ValueTask<int> ReadOrEnd(Stream body, byte[] block, CancellationToken cancel)
    {
        try
        {
            return await _answer.ExecuteAsync(stall => body.ReadAsync(block, stall), cancel);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
