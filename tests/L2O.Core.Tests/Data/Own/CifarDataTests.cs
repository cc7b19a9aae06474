using L2O.Data;
using L2O.Data.Own;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Data.Own;

public sealed class CifarDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BatchesOfOneLabelAreJoined()
    {
        _folder.Write("data_batch_1.bin", DataFiles.CifarRecords(count: 30, first: 0));
        _folder.Write("data_batch_2.bin", DataFiles.CifarRecords(count: 10, first: 30));
        _folder.Write("test_batch.bin", DataFiles.CifarRecords(count: 2, first: 4));

        using var data = OwnFiles.Load(new CifarData { Path = _folder.Root });

        Assert.Equal([3L, 32L, 32L], data.InputShape);
        Assert.Equal((10, 30L, 10L), (data.ClassCount, data[Split.Train].Count, data[Split.Validation].Count));
        Assert.Equal([4, 5], OwnFiles.Firsts(data, Split.Test).Labels);
        Assert.Equal(2 / 255f, data[Split.Test].Inputs[0, 2, 0, 0].item<float>());
    }

    // As those of CIFAR-100: a coarse label before the fine one.
    [Fact]
    public void OfTwoLabelsTheSecondCounts()
    {
        _folder.Write("train.bin", [.. DataFiles.CifarRecords(count: 30, first: 0).Chunk(3073).SelectMany(record => (byte[])[7, .. record])]);

        using var data = OwnFiles.Load(new CifarData { Path = _folder.Root });

        Assert.Equal(10, data.ClassCount);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), OwnFiles.Firsts(data, Split.Test).Labels.Order());
        Assert.Equal(["train.bin"], new CifarData { Path = _folder.Root }.Checksums(new("")).Keys);
    }

    [Fact]
    public void DamageIsOneSentence()
    {
        string Refused() => OwnFiles.Refused(new CifarData { Path = _folder.Root });
        Assert.EndsWith(": holds no data_batch*.bin or train.bin; put them there, or check data.kind and data.path", Refused(), StringComparison.Ordinal);

        _folder.Write("data_batch_1.bin", DataFiles.CifarRecords(count: 3, first: 0)[..^1]);
        Assert.EndsWith(
            "data_batch_1.bin: holds 9218 bytes, expected records of 3073: labels, 32 x 32 values of red, of green, of blue; write it again, "
            + "or use another copy of it",
            Refused(),
            StringComparison.Ordinal);

        _folder.Write("data_batch_1.bin", DataFiles.CifarRecords(count: 3, first: 4));
        Assert.EndsWith("data_batch_1.bin: label 0 is 4, where 3 images have at most 3 classes; number these from 0", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void BatchesAboveTheLimitAreRefusedUnread()
    {
        foreach (var name in new[] { "data_batch_1.bin", "data_batch_2.bin" })
        {
            using var sparse = File.Create(_folder.File(name));
            sparse.SetLength(600 << 20);
        }

        Assert.EndsWith(
            "data_batch_1.bin: holds with the others 1258291200 bytes, and at most 1073741824 are read; keep fewer images",
            OwnFiles.Refused(new CifarData { Path = _folder.Root }),
            StringComparison.Ordinal);
    }
}
