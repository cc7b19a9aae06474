using System.Formats.Tar;
using System.Security.Cryptography;
using L2O.Data;
using L2O.Errors;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Data;

public sealed class DatasetFetchTests : IDisposable
{
    private static readonly byte[] Content = Noise(seed: 1, count: 300_000);
    private static readonly byte[] Corrupt = [.. Content[..1000], 1, 2, 3, .. Content[1003..]];

    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private readonly ManualClock _clock = new();
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly TemporaryFolder _folder = new();
    private readonly List<LocalServer> _servers = [];
    private readonly List<FetchProgress> _progress = [];

    private string Target => Path.Combine(_folder.Root, "tiny", "a.bin");

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        _folder.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task AFileIsFetchedOnceAndProgressReachesItsSize()
    {
        var kind = Kind(Serve(LocalServer.Content(Content)));

        Assert.Equal(["a.bin"], await Fetch(kind));
        Assert.Empty(await Fetch(kind));

        AssertFetched();
        Assert.Equal(["/a.bin"], _servers[0].Requests.Select(request => request.Path));
        Assert.Equal(new("a.bin", Content.Length, Content.Length), _progress[^1]);
    }

    [Fact]
    public async Task WhatIsMissingCorruptOrTooLongIsSoughtAtTheNextMirror()
    {
        await Fetch(Kind(
            Serve(LocalServer.Status("404 Not Found")),
            Serve(LocalServer.Content(Corrupt)),
            Serve(LocalServer.Content([.. Content, 0])),
            Serve(LocalServer.Content(Content[..^1])),
            Serve(LocalServer.Content(Content))));

        AssertFetched();
    }

    [Fact]
    public async Task ABrokenDownloadGoesOnAtTheNextMirror()
    {
        await Fetch(Kind(Serve(LocalServer.Broken(Content, 100_000)), Serve(LocalServer.Content(Content))));

        AssertFetched();
        Assert.Equal([100_000], _servers[1].Requests.Select(request => request.From));
    }

    [Fact]
    public async Task AMirrorIsNotGivenUpForWhatAnotherSent()
    {
        await Fetch(Kind(Serve(LocalServer.Broken(Corrupt, 100_000)), Serve(LocalServer.Content(Content))));

        AssertFetched();
        Assert.Equal([100_000, null], _servers[1].Requests.Select(request => request.From));
    }

    [Fact]
    public async Task ABrokenDownloadStartsAgainWhereRangesAreNotServed()
    {
        await Fetch(Kind(Serve(LocalServer.Broken(Content, 100_000)), Serve(LocalServer.WholeContent(Content))));

        AssertFetched();
    }

    [Fact]
    public async Task ACallGoesOnWithWhatAnEarlierOneLeft()
    {
        _folder.Write("tiny/a.bin.part", Content[..123_456]);

        await Fetch(Kind(Serve(LocalServer.Content(Content))));

        AssertFetched();
        Assert.Equal([123_456], _servers[0].Requests.Select(request => request.From));
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(300_000)]
    [InlineData(400_000)]
    public async Task WrongBytesFromAnEarlierCallAreGivenUp(int count)
    {
        _folder.Write("tiny/a.bin.part", Noise(seed: 2, count));

        await Fetch(Kind(Serve(LocalServer.Content(Content))));

        AssertFetched();
    }

    [Fact]
    public async Task AMirrorThatHangsIsLeftForTheNext()
    {
        var kind = Kind(
            Serve(LocalServer.Hanging(Content, count: 100_000)),
            Serve((_, _, stop) =>
            {
                _clock.Advance(StallTimeout);
                return Task.Delay(Timeout.Infinite, stop);
            }),
            Serve(LocalServer.Content(Content)));

        await Fetch(kind, progress =>
        {
            if (progress.Received == 100_000)
            {
                _clock.Advance(StallTimeout);
            }
        });

        AssertFetched();
        Assert.Equal([100_000], _servers[2].Requests.Select(request => request.From));
    }

    [Fact]
    public async Task AMirrorThatIsSlowButSendsIsNotGivenUp()
    {
        await Fetch(
            Kind(Serve(LocalServer.Content(Content))), _ => _clock.Advance(StallTimeout - TimeSpan.FromSeconds(1)));

        AssertFetched();
        Assert.Single(_servers[0].Requests);
    }

    [Fact]
    public async Task WhenAllMirrorsFailEachIsNamedWithItsReason()
    {
        var kind = Kind(
            Serve(LocalServer.Status("404 Not Found")), Serve(LocalServer.Content(Corrupt)),
            Serve(LocalServer.Broken(Content, count: 0)), "http://127.0.0.1:1/");

        var message = (await Assert.ThrowsAsync<DatasetException>(() => Fetch(kind))).Message;

        Assert.Contains($"{_servers[0].Address}a.bin answered 404 Not Found; ", message, StringComparison.Ordinal);
        Assert.Contains(
            $"{_servers[1].Address}a.bin sent other bytes than the published ones; ", message, StringComparison.Ordinal);
        Assert.Contains($"{_servers[2].Address}a.bin ended after 0 of 300000 bytes; ", message, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:1/a.bin failed (", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Root, "tiny")));
    }

    [Fact]
    public async Task AMirrorThatBreaksAgainAndAgainIsAskedForTheRestAFewTimes()
    {
        await Fetch(Kind(Serve((request, stream, stop) => request.From is > 200_000
            ? LocalServer.Content(Content)(request, stream, stop)
            : BreakAfter(request, stream, stop))));

        AssertFetched();
        Assert.Equal([null, 100_000, 200_000, 300_000 - 1], _servers[0].Requests.Select(request => request.From));

        static Task BreakAfter(LocalRequest request, Stream stream, CancellationToken stop)
        {
            var end = request.From switch { null => 100_000, 100_000 => 200_000, _ => Content.Length - 1 };
            return LocalServer.Content(Content[..end])(request, stream, stop);
        }
    }

    [Fact]
    public async Task AFolderThatCannotBeWrittenIsADatasetError()
    {
        _folder.Write("tiny", []);

        var error = await Assert.ThrowsAsync<DatasetException>(() => Fetch(Kind(Serve(LocalServer.Content(Content)))));

        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancellingKeepsWhatCame()
    {
        using var cancel = new CancellationTokenSource();
        var kind = Kind(Serve(LocalServer.Hanging(Content, count: 100_000)));
        Callback whenReceived = new(progress =>
        {
            if (progress.Received == 100_000)
            {
                cancel.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Fetch(whenReceived).RunAsync(kind, new(_folder.Root), cancel.Token));

        Assert.Equal(Content[..100_000], await File.ReadAllBytesAsync(Target + ".part", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AnArchiveIsUnpackedAndGone()
    {
        _folder.Write("tiny/a.bin", "of another source"u8.ToArray());
        var archive = Tar(("tiny/readme.html", Noise(3, 10)), ("tiny/a.bin", Content), ("tiny/b.bin", Corrupt));

        Assert.Equal(["tiny.tar.gz"], await Fetch(ArchiveKind(archive)));

        AssertFetched();
        Assert.Equal(Corrupt, File.ReadAllBytes(Path.Combine(_folder.Root, "tiny", "b.bin")));
        Assert.Equal([Path.Combine(_folder.Root, "tiny")], Directory.GetFileSystemEntries(_folder.Root));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_folder.Root, "tiny")).Length);
    }

    [Fact]
    public async Task OnlyExpectedMembersOfAnArchiveAreWritten()
    {
        var archive = Tar(("../a.bin", Noise(3, 10)), ("/tmp/b.bin", Noise(3, 10)), ("tiny/../b.bin", Content), ("a.bin", Content));
        var before = "stays"u8.ToArray();
        _folder.Write("tiny/a.bin", before);

        var error = await Assert.ThrowsAsync<DatasetException>(() => Fetch(ArchiveKind(archive)));

        Assert.Contains("lacks tiny/a.bin, tiny/b.bin", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Target));
        Assert.Equal(["tiny", "tiny.tar.gz"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task AnArchiveThatIsNoneIsADatasetError()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => Fetch(ArchiveKind(Noise(seed: 3, count: 5000))));

        Assert.Contains("is not a readable .tar.gz file", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Noise(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static string Sha(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static byte[] Tar(params (string Name, byte[] Content)[] members)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "tiny/a.bin") { LinkName = "/etc/hostname" });
            foreach (var (name, content) in members)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return DataFiles.Gzip(packed.ToArray());
    }

    private static DatasetKind Kind(params string[] mirrors) => Kind(
        [new("a.bin", [Sha(Content)], _ => { })], new Download("a.bin", Content.Length, Sha(Content), mirrors));

    private static DatasetKind Kind(PublishedFile[] files, Download download) => new(
        "tiny", "", new("tiny", files, [download]), (_, _) => throw new InvalidOperationException());

    private DatasetKind ArchiveKind(byte[] archive) => Kind(
        [new("a.bin", [Sha(Content)], _ => { }), new("b.bin", [Sha(Corrupt)], _ => { })],
        new("tiny.tar.gz", archive.Length, Sha(archive), [Serve(LocalServer.Content(archive))]));

    private string Serve(Answer answer)
    {
        _servers.Add(new(answer));
        return _servers[^1].Address;
    }

    private Task<IReadOnlyList<string>> Fetch(DatasetKind kind) => Fetch(kind, _progress.Add);

    private Task<IReadOnlyList<string>> Fetch(DatasetKind kind, Action<FetchProgress> report) =>
        Fetch(new Callback(report)).RunAsync(kind, new(_folder.Root), TestContext.Current.CancellationToken);

    private DatasetFetch Fetch(Callback progress) => new(_client, StallTimeout, progress, _clock);

    private void AssertFetched()
    {
        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.False(File.Exists(Target + ".part"));
    }

    private sealed class Callback(Action<FetchProgress> report) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => report(value);
    }
}
