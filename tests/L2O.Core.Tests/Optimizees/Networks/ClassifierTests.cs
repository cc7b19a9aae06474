using L2O.Data;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Networks;

public sealed class ClassifierTests
{
    [Fact]
    public void ErrorsOfLossAndAccuracyAreThoseOfMeansOverExamples()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([1, 3, 4], classes: 3, train: 30, validation: 6, test: 40, float64);
        var network = new Mlp([12, 5, 3], Activation.Tanh, 0.5);
        using var episode = new Classifier(network, data, batchSize: 7, new(CPU, float64)).Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();
        var logits = network.Logits(theta, data[Split.Test].Inputs);
        var losses = nn.functional.cross_entropy(logits, data[Split.Test].Labels, reduction: nn.Reduction.None);
        var hits = logits.argmax(1).eq(data[Split.Test].Labels).to(float64);

        var measured = episode.Measure(theta, Split.Test);

        Assert.Equal(losses.mean().item<double>(), measured.Loss, 1e-12);
        Assert.Equal(losses.std(unbiased: false).item<double>() / Math.Sqrt(40), measured.LossError, 1e-9);
        Assert.Equal(hits.std(unbiased: false).item<double>() / Math.Sqrt(40), measured.AccuracyError ?? double.NaN, 1e-12);
    }

    [Fact]
    public void TheTrainLossIsThatOfTheFirstExamples()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([1, 3, 4], classes: 3, train: 30, validation: 6, test: 5, float64);
        var network = new Mlp([12, 5, 3], Activation.Tanh, 0.5);
        using var episode = new Classifier(network, data, batchSize: 7, new(CPU, float64)).Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();
        var train = data[Split.Train];

        var expected = nn.functional.cross_entropy(network.Logits(theta, train.Inputs[..4]), train.Labels[..4]);

        Assert.Equal(expected.item<double>(), episode.TrainLoss(4).At(theta).item<double>(), 1e-12);
    }

    [Fact]
    public void MeasuringASplitEndsAtTheBatchAfterACancellation()
    {
        using var scope = NewDisposeScope();
        using CancellationTokenSource cancel = new();
        using var data = RandomImages.Create([1, 3, 4], classes: 3, train: 30, validation: 6, test: 1000, float64);
        var batches = 0;
        Watched network = new(new Mlp([12, 5, 3], Activation.Tanh, 0.5), () =>
        {
            if (++batches == 3)
            {
                cancel.Cancel();
            }
        });
        using var episode = new Classifier(network, data, batchSize: 7, new(CPU, float64)).Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();

        Assert.ThrowsAny<OperationCanceledException>(() => episode.Measure(theta, Split.Test, cancel.Token));
        Assert.Equal(3, batches);
    }

    private sealed class Watched(Mlp inner, Action onLogits) : INetwork
    {
        public ParameterLayout Layout => inner.Layout;

        public Tensor InitialTheta(RandomStreams streams) => inner.InitialTheta(streams);

        public Tensor Logits(Tensor theta, Tensor inputs)
        {
            onLogits();
            return inner.Logits(theta, inputs);
        }
    }
}
