using L2O.Data;
using L2O.Errors;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Data;

public sealed class Cifar10FileTests
{
    private static readonly DataFile Name = new("data_batch_1.bin", "cifar10");

    private static readonly byte[] ThreeRecords = DataFiles.CifarRecords(count: 3, first: 7);

    [Fact]
    public void RecordsAreALabelAndThreeChannels()
    {
        var images = Read(ThreeRecords);

        Assert.Equal((3, 32, 32, 3), (images.Channels, images.Height, images.Width, images.Count));
        Assert.Equal([7, 8, 9], images.Labels);
        Assert.Equal(
            [0, 1, 2, 0, 1, 2, 0, 1, 2], images.Pixels.Chunk(1024).Select(channel => channel.Distinct().Single()));
    }

    [Fact]
    public void AnotherSizeSaysWhatWasMet()
    {
        AssertFails(
            "data_batch_1.bin: ends after 2 of 3 records of 3073 bytes; to replace it by the published file run: l2o data fetch cifar10",
            ThreeRecords[..^1]);
        AssertFails("data_batch_1.bin: holds 2 records of 3073 bytes, expected 3; if it is data of your own, keep it", ThreeRecords[..^3073]);
        AssertFails("ends after 0 of 3 records", []);
        AssertFails("goes on after 3 records of 3073 bytes, expected its end", [.. ThreeRecords, 0]);
    }

    [Fact]
    public void ALabelOutOfRangeIsNamed()
    {
        byte[] records = [.. ThreeRecords];
        records[3073] = 200;

        AssertFails("record 1 has label 200, expected 0 to 9", records);
    }

    private static LabelledImages Read(byte[] content) =>
        Cifar10File.Read(new MemoryStream(content), Name, recordCount: 3);

    private static void AssertFails(string expected, byte[] content) => Assert.Contains(
        expected, Assert.Throws<DatasetException>(() => Read(content)).Message, StringComparison.Ordinal);
}
