using L2O.Checkpoints;
using L2O.Data;
using L2O.Errors;
using L2O.Evaluation;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Checkpoints;

public sealed class PretrainedTests
{
    private static readonly TensorOptions _cpu = new(CPU, float32);

    private static readonly Dataset _digits = SyntheticDigits.Set.Load(_cpu);

    public static TheoryData<string> Names => [.. Pretrained.Names];

    // Training loss of 784-10-10 ReLU on synthetic digits after 30 steps; processors round otherwise, and 30 steps carry that on.
    [Theory]
    [InlineData("pretrained:celo2-small", 2.173)]
    [InlineData("pretrained:dm-reference", 1.676)]
    [InlineData("pretrained:dm-small", 0.802)]
    [InlineData("pretrained:rnnprop-reference", 0.806)]
    [InlineData("pretrained:rnnprop-small", 0.813)]
    [InlineData("pretrained:scale-reference", 2.302)]
    [InlineData("pretrained:scale-small", 1.859)]
    public void EachReachesTheLossThatWasRecorded(string name, double expected)
    {
        using var scope = NewDisposeScope();
        var optimizer = TrainedOptimizer.Load(name, _cpu).Optimizer;
        Classifier network = new(new Mlp([784, 10, 10], Activation.Relu, initialScale: 0.01), _digits, batchSize: 64, _cpu);
        var streams = RandomStreams.FromSeed(1);
        using var episode = network.Start(streams);

        var theta = Rollout.Run(optimizer, network.Layout, episode, streams, steps: 30, _ => true);

        Assert.Equal(1, episode.Measure(theta, Split.Train).Loss / expected, tolerance: 1e-2);
    }

    [Fact]
    public void EachOfThemIsInTheTestOfLosses()
    {
        var test = typeof(PretrainedTests).GetMethod(nameof(EachReachesTheLossThatWasRecorded));
        var rows = test?.GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>() ?? [];

        Assert.Equal(Pretrained.Names, rows.Select(row => row.Data[0]).Cast<string>().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EachSaysWhereItComesFrom(string name)
    {
        var metadata = Pretrained.Metadata(name);

        Assert.StartsWith("l2o train ", metadata["command"], StringComparison.Ordinal);
        Assert.Contains($"name: {Pretrained.ShortName(name)}\n", metadata["config"], StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{40}$", metadata["commit"]);
        Assert.InRange(double.Parse(metadata["best_validation"], System.Globalization.CultureInfo.InvariantCulture), -1, -0.5);
    }

    [Fact]
    public void ANameThatIsNoneIsRefusedWithThoseThereAre()
    {
        var message = Assert.Throws<CheckpointException>(() => TrainedOptimizer.Load("pretrained:none", _cpu)).Message;

        Assert.Equal($"pretrained:none is none of the optimizers that come along; choose {string.Join(", ", Pretrained.Names)}", message);
    }
}
