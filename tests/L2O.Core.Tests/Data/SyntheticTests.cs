using L2O.Data;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Data;

public sealed class SyntheticTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => ["synthetic_digits", "synthetic_images"];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSameSeedGivesTheSameImagesOnAnyNumberOfThreads(string name)
    {
        var one = Set(name).Generate(seed: 3, count: 200, threadCount: 1);
        var four = Set(name).Generate(seed: 3, count: 200, threadCount: 4);
        var fewer = Set(name).Generate(seed: 3, count: 50, threadCount: 2);
        var other = Set(name).Generate(seed: 4, count: 200, threadCount: 1);

        Assert.Equal(one.Pixels, four.Pixels);
        Assert.Equal(one.Pixels[..fewer.Pixels.Length], fewer.Pixels);
        Assert.NotEqual(one.Pixels, other.Pixels);
        Assert.Equal(200, one.Pixels.Chunk(one.Pixels.Length / 200).Distinct(Bytes).Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryClassIsEquallyFrequentInEverySplit(string name)
    {
        using var data = Datasets.Load(name, new(""), new(CPU, float32));

        Assert.Equal((10_000, 2_000, 2_000), RealData.Counts(data));
        foreach (var split in Enum.GetValues<Split>())
        {
            using var counts = data[split].Labels.bincount(null, 0);
            Assert.Equal(Enumerable.Repeat(data[split].Count / 10, 10), counts.data<long>().ToArray());
        }
    }

    [Fact]
    public void DigitsAreTooHardForALinearModelAndNotForAConvNet()
    {
        manual_seed(1);
        using var data = Datasets.Load("synthetic_digits", new(""), new(CPU, float32));
        using var linearModel = Training.Linear(data);
        using var convNet = Training.ConvNet(data);

        var linear = Training.TestAccuracy(linearModel, data, learningRate: 3e-3, stepCount: 1500);
        var convolutional = Training.TestAccuracy(convNet, data, learningRate: 5e-3, stepCount: 450);

        output.WriteLine($"Test accuracy: linear {linear:P2}, ConvNet {convolutional:P2}");
        Assert.InRange(linear, 0.85, 0.95);
        Assert.InRange(convolutional, 0.98, 1);
    }

    private static DrawnSet Set(string name) => name == "synthetic_digits" ? SyntheticDigits.Set : SyntheticImages.Set;

    private static EqualityComparer<byte[]> Bytes { get; } =
        EqualityComparer<byte[]>.Create((a, b) => a.AsSpan().SequenceEqual(b), _ => 0);
}
