using System.Security.Cryptography;
using L2O.Data;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Data;

public sealed class DatasetVerifyTests
{
    private static readonly byte[] Published = DataFiles.Gzip(DataFiles.IdxLabels(count: 9, first: 0));

    [Fact]
    public void EachStateIsTold()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(FileState.Missing, Check(folder).State);

        folder.Write("tiny/labels.gz", Published);
        Assert.Equal(new("tiny/labels.gz", FileState.Ok, ""), Check(folder));

        folder.Write("tiny/labels.gz", DataFiles.Gzip(DataFiles.IdxLabels(count: 8, first: 0)));
        Assert.Equal(FileState.Unpublished, Check(folder).State);

        folder.Write("tiny/labels.gz", Published[..^8]);
        Assert.Equal(FileState.Damaged, Check(folder).State);
        Assert.Contains("lacks the end of its gzip data, or has a wrong checksum there; to replace it", Check(folder).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameContentPackedOtherwiseIsOk()
    {
        using var folder = new TemporaryFolder();

        folder.Write("tiny/labels", DataFiles.IdxLabels(count: 9, first: 0));

        Assert.Equal(new("tiny/labels", FileState.Ok, ""), Check(folder));
    }

    [Fact]
    public void WhatIsGeneratedHasNoFiles() => Assert.Empty(DatasetVerify.Check("synthetic_images", new("")));

    [Fact]
    public void TheRealMnistIsAsPublished() => Assert.All(
        DatasetVerify.Check("mnist", RealData.Folder("mnist")), report => Assert.Equal(FileState.Ok, report.State));

    [Fact]
    public void TheRealCifar10IsReadable() => Assert.All(
        DatasetVerify.Check("cifar10", RealData.Folder("cifar10")),
        report => Assert.Contains(report.State, new[] { FileState.Ok, FileState.Unpublished }));

    private static FileReport Check(TemporaryFolder folder)
    {
        string[] sha256 = [.. new[] { Published, DataFiles.IdxLabels(count: 9, first: 0) }
            .Select(bytes => Convert.ToHexStringLower(SHA256.HashData(bytes)))];
        var file = new PublishedFile("labels.gz", sha256, file => IdxFile.ReadLabels(file, classCount: 10));
        var kind = new DatasetKind("tiny", "", new("tiny", [file], []), (_, _) => throw new InvalidOperationException());
        return DatasetVerify.Check(kind, new(folder.Root)).Single();
    }
}
