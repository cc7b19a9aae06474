using L2O.Data;
using L2O.Data.Own;
using L2O.Errors;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Data;

public sealed class DataFileFuzzTests(ITestOutputHelper output)
{
    private const int CaseCount = 4_000;

    private static readonly DataFile Name = new("some-ubyte.gz", "mnist");

    // Of the packed files, one or two members each, some are damaged inside, where the unpacked header is; others outside.
    [Fact]
    public void MutatedImagesAreReadOrRefused()
    {
        var valid = DataFiles.Idx([4, 2, 3], [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 10))]);
        var packed = DataFiles.Gzip(valid);
        byte[] members = [.. DataFiles.Gzip(valid[..20]), .. DataFiles.Gzip(valid[20..]), 0, 0];

        AssertBoth(Fuzz.Run<byte[], DatasetException>(
            output,
            "IDX images",
            CaseCount,
            (int i, ref SplitMix64 random) => (i % 6) switch
            {
                0 => Fuzz.Mutated(packed, ref random),
                1 => DataFiles.Gzip(Fuzz.Mutated(valid, ref random)),
                2 => Fuzz.Mutated(members, ref random),
                3 => InMembers(Fuzz.Mutated(valid, ref random), ref random),
                _ => Fuzz.Mutated(valid, ref random),
            },
            file => IdxFile.ReadImages(new MemoryStream(file), Name)));
    }

    [Fact]
    public void MutatedLabelsAreReadOrRefused()
    {
        var valid = DataFiles.Idx([12], [0, 9, 4, 1, 1, 2, 3, 5, 8, 6, 7, 0]);

        AssertBoth(Fuzz.Run<byte[], DatasetException>(
            output,
            "IDX labels",
            CaseCount,
            (int _, ref SplitMix64 random) => Fuzz.Mutated(valid, ref random),
            file => IdxFile.ReadLabels(new MemoryStream(file), Name, classCount: 10)));
    }

    [Fact]
    public void MutatedRecordsAreReadOrRefused()
    {
        var valid = DataFiles.CifarRecords(count: 2, first: 7);

        AssertBoth(Fuzz.Run<byte[], DatasetException>(
            output,
            "CIFAR-10",
            CaseCount,
            (int _, ref SplitMix64 random) => Fuzz.Mutated(valid, ref random),
            file => Cifar10File.Read(new MemoryStream(file), Name, recordCount: 2)));
    }

    [Fact]
    public void MutatedArraysOfImagesAreReadOrRefused()
    {
        byte[][] valid = [NpyBytes.Images(60), NpyBytes.Of("<f4", [6, 1, 5, 5], new byte[600]), NpyBytes.Of("|u1", [9, 5, 5, 3], new byte[675])];

        AssertBoth(Fuzz.Run<byte[], DatasetException>(
            output,
            "npy images",
            CaseCount,
            (int i, ref SplitMix64 random) => Fuzz.Mutated(valid[i % valid.Length], ref random),
            file => NpyFile.ReadImages(new MemoryStream(file), Name, ImageLayout.Auto)));
    }

    [Fact]
    public void MutatedArraysOfLabelsAreReadOrRefused()
    {
        byte[][] valid = [NpyBytes.Labels(new long[60]), NpyBytes.Of("|u1", [300], new byte[300])];

        AssertBoth(Fuzz.Run<byte[], DatasetException>(
            output,
            "npy labels",
            CaseCount,
            (int i, ref SplitMix64 random) => Fuzz.Mutated(valid[i % valid.Length], ref random),
            file => NpyFile.ReadLabels(new MemoryStream(file), Name)));
    }

    private static byte[] InMembers(byte[] content, ref SplitMix64 random)
    {
        List<byte> file = [];
        for (var start = 0; start < content.Length;)
        {
            var end = Math.Min(content.Length, start + random.NextInt32(20));
            file.AddRange(DataFiles.Gzip(content[start..end]));
            start = end;
        }

        file.AddRange(new byte[random.NextInt32(3)]);
        return [.. file];
    }

    // A fuzz test whose cases all end alike tests little.
    private static void AssertBoth((int Read, int Refused) totals) =>
        Assert.True(totals.Read > CaseCount / 100 && totals.Refused > CaseCount / 4, $"{totals}");
}
