using L2O.Data;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Networks;

public sealed class BatchNormalizationTests
{
    [Fact]
    public void ByBatchIsLibtorchsOwnInTrainingMode()
    {
        using var scope = NewDisposeScope();
        var x = 3 + (2 * RandomTensors.Normal(RandomStreams.FromSeed(1), "x", 5, 4, 3, 2));
        var vectors = x.view(10, 12);

        Assert.True(Native(x, 4).allclose(BatchNormalization.ByBatch(x), rtol: 1e-12, atol: 1e-12));
        Assert.True(Native(vectors, 12).allclose(BatchNormalization.ByBatch(vectors), rtol: 1e-12, atol: 1e-12));
    }

    [Fact]
    public void MeasuredLogitsDoNotDependOnTheRestOfTheBatch()
    {
        using var scope = NewDisposeScope();
        var network = Network();
        var theta = network.InitialTheta(RandomStreams.FromSeed(1));
        using var data = Images(test: 8);
        var inputs = data[Split.Test].Inputs;
        var logitsOf = network.LogitsGiven(theta, data[Split.Train].Inputs);

        var together = logitsOf(inputs);

        Assert.True(together[2].allclose(logitsOf(inputs.narrow(0, 2, 1))[0], rtol: 1e-12, atol: 1e-12));
        Assert.False(together.allclose(network.Logits(theta, inputs)));
    }

    [Fact]
    public void OnTheReferenceExamplesBothKindsOfStatisticsAgree()
    {
        using var scope = NewDisposeScope();
        var network = Network();
        var theta = network.InitialTheta(RandomStreams.FromSeed(1));
        using var data = Images(test: 1);
        var reference = data[Split.Train].Inputs;

        var logits = network.LogitsGiven(theta, reference)(reference);

        Assert.True(logits.allclose(network.Logits(theta, reference), rtol: 1e-12, atol: 1e-12));
    }

    [Fact]
    public void ASplitIsMeasuredAsTheMeanOverItsExamplesHoweverManyThereAre()
    {
        using var scope = NewDisposeScope();
        var network = Network();
        using var data = Images(test: 1003);
        using var episode = new Classifier(network, data, batchSize: 5, new(CPU, ScalarType.Float64))
            .Start(RandomStreams.FromSeed(3));
        var theta = episode.InitialTheta();
        var test = data[Split.Test];

        var logits = network.LogitsGiven(theta, data[Split.Train].Inputs)(test.Inputs);
        var measured = episode.Measure(theta, Split.Test);

        Assert.Equal(nn.functional.cross_entropy(logits, test.Labels).item<double>(), measured.Loss, 1e-12);
        Assert.Equal(logits.argmax(1).eq(test.Labels).to(float64).mean().item<double>(), measured.Accuracy ?? double.NaN, 1e-12);
    }

    private static Tensor Native(Tensor x, long channels) => nn.functional.batch_norm(
        x, zeros(channels, dtype: float64), ones(channels, dtype: float64), training: true, eps: 1e-3);

    private static INetwork Network() =>
        ConvNet.Create(new() { Data = "noise", Channels = [3], Kernels = [3], InitialScale = 0.5 }, [2, 6, 6], classCount: 3);

    private static Dataset Images(long test) => RandomImages.Create(
        [2, 6, 6], classes: 3, train: 20, validation: 1, test, ScalarType.Float64);
}
