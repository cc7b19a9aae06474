using System.Net;
using System.Net.Http.Headers;
using L2O.Errors;
using L2O.Storage;

namespace L2O.Data;

/// <summary>The progress of a download.</summary>
/// <param name="File">Its name.</param>
/// <param name="Received">Bytes received, including those of earlier attempts.</param>
/// <param name="Size">Bytes in all.</param>
public sealed record FetchProgress(string File, long Received, long Size);

/// <summary>
/// Fetches one file from the first mirror that has the published bytes. They are written beside the target, checked,
/// flushed to disk and only then renamed: the target is complete or does not exist.
/// </summary>
/// <param name="client">Must have no timeout.</param>
/// <param name="stallTimeout">How long to wait for a silent mirror.</param>
/// <param name="progress">Called after every block.</param>
/// <param name="clock">Measures the stall timeout.</param>
internal sealed class FileDownload(
    HttpClient client, TimeSpan stallTimeout, IProgress<FetchProgress> progress, TimeProvider clock)
{
    private const int AttemptsPerMirror = 4;
    private const int BlockSize = 1 << 17;

    /// <summary>Fetches a file; continues a download that an earlier call left unfinished.</summary>
    /// <exception cref="DatasetException">No mirror has it, or it cannot be written.</exception>
    public async Task FetchAsync(Download download, string target, CancellationToken cancel)
    {
        var part = target + ".part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? ".");
            if (await TryMirrors(download, part, cancel) is { Count: > 0 } failures)
            {
                DeleteIfEmpty(part);
                throw new DatasetException(
                    $"{download.Name} could not be fetched: {string.Join("; ", failures)}; check the network and run the "
                    + $"command again, which goes on where this ended, or put the file at {target}");
            }

            File.Move(part, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{target}: cannot be written ({e.Message.TrimEnd('.')}); check the folder given by "
                + $"--data-dir or {DataDirectory.Variable}, its space, and that nothing else is fetching", e);
        }
    }

    private static void DeleteIfEmpty(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: 0 })
        {
            File.Delete(path);
        }
    }

    /// <summary>Why each mirror failed; empty as soon as one succeeded.</summary>
    private async Task<IReadOnlyList<string>> TryMirrors(Download download, string partPath, CancellationToken cancel)
    {
        await using var part = new FileStream(partPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Dictionary<Uri, string> failures = [];
        var waiting = new Queue<Uri>(download.Mirrors.Select(mirror => new Uri(mirror + download.Name)));
        for (var attempt = 0; attempt < AttemptsPerMirror * download.Mirrors.Count && waiting.Count > 0; attempt++)
        {
            var mirror = waiting.Dequeue();
            var start = part.Length;
            if (await TryMirror(mirror, download, part, cancel) is not { } failure)
            {
                return [];
            }

            failures[mirror] = failure;

            // Tried again after the others if the bytes to continue from have changed; otherwise it would fail again.
            if (part.Length != start)
            {
                waiting.Enqueue(mirror);
            }
        }

        return [.. failures.Select(pair => $"{pair.Key} {pair.Value}")];
    }

    /// <summary>Why the mirror failed; null if it succeeded.</summary>
    private async Task<string?> TryMirror(Uri mirror, Download download, FileStream part, CancellationToken cancel)
    {
        for (var isResumed = part.Length > 0; ; isResumed = false)
        {
            if (part.Length < download.Size && await Receive(mirror, download, part, cancel) is { } failure)
            {
                return failure;
            }

            part.Position = 0;
            if (Sha256.Of(part) == download.Sha256)
            {
                part.Flush(flushToDisk: true);
                return null;
            }

            // The bytes of an earlier attempt may be wrong, so the mirror gets another try from the start.
            part.SetLength(0);
            if (!isResumed)
            {
                return "sent other bytes than the published ones";
            }
        }
    }

    /// <summary>Downloads the missing bytes. Returns why that failed, or null.</summary>
    private async Task<string?> Receive(Uri uri, Download download, FileStream part, CancellationToken cancel)
    {
        using var stall = new CancellationTokenSource(stallTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stall.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.Range = part.Length > 0 ? new RangeHeaderValue(part.Length, null) : null;
            using var response =
                await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (Refusal(response, part) is { } refusal)
            {
                return refusal;
            }

            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return await Copy(body, download, part, stall, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"sent nothing for {stallTimeout.TotalSeconds:0.#} seconds";
        }
        catch (HttpRequestException e)
        {
            return $"failed ({e.Message.TrimEnd('.')})";
        }
    }

    /// <summary>Prepares the partial file for the response. Returns why the response cannot be used, or null.</summary>
    private static string? Refusal(HttpResponseMessage response, FileStream part)
    {
        var isRest = response.StatusCode == HttpStatusCode.PartialContent;
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                part.SetLength(0);
            }

            return $"answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd();
        }

        if (isRest && response.Content.Headers.ContentRange?.From != part.Length)
        {
            return "answered with another range than was asked for";
        }

        if (!isRest)
        {
            part.SetLength(0);
        }

        part.Position = part.Length;
        return null;
    }

    private async Task<string?> Copy(
        Stream body, Download download, FileStream part, CancellationTokenSource stall, CancellationToken cancel)
    {
        var block = new byte[BlockSize];
        while (true)
        {
            stall.CancelAfter(stallTimeout);
            var count = await ReadOrEnd(body, block, cancel);
            if (count == 0)
            {
                return part.Length == download.Size ? null : $"ended after {part.Length} of {download.Size} bytes";
            }

            if (part.Length + count > download.Size)
            {
                part.SetLength(0);
                return $"sent more than the published {download.Size} bytes";
            }

            part.Write(block, 0, count);
            progress.Report(new(download.Name, part.Length, download.Size));
        }
    }

    // A broken connection counts as the end of the response; the bytes received so far are kept.
    private static async Task<int> ReadOrEnd(Stream body, byte[] block, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(block, cancel);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
