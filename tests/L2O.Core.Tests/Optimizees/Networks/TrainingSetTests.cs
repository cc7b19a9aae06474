using L2O.Data;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Networks;

public sealed class TrainingSetTests
{
    private const int Count = 200;
    private const int ClassCount = NumberedImages.ClassCount;

    [Fact]
    public void TheWholeOfTrainIsNobodysOwn()
    {
        using var scope = NewDisposeScope();
        using var train = Train();

        Assert.Null(TrainingSet.Whole.Draw(train, ClassCount, RandomStreams.FromSeed(1)));
    }

    [Fact]
    public void APartHasSoManyDifferentExamplesWithTheirLabels()
    {
        var drawn = Draw(new(50, LabelNoise: 0), seed: 1);

        Assert.Equal(50, drawn.Select(example => example.Image).Distinct().Count());
        Assert.All(drawn, example => Assert.Equal(example.Image % ClassCount, example.Label));
    }

    [Theory]
    [InlineData(50, 0.2, 10)]
    [InlineData(null, 0.25, 50)]
    [InlineData(7, 0.5, 4)]
    public void SoManyLabelsAreWrong(int? count, double noise, int wrong)
    {
        var drawn = Draw(new(count, noise), seed: 1);

        Assert.Equal(count ?? Count, drawn.Length);
        Assert.Equal(wrong, drawn.Count(example => example.Image % ClassCount != example.Label));
        Assert.All(drawn, example => Assert.InRange(example.Label, 0, ClassCount - 1));
    }

    [Fact]
    public void WrongLabelsAreAnyOfTheOthers()
    {
        var drawn = Draw(new(Count: null, LabelNoise: 0.9), seed: 3);

        Assert.Equal(
            Enumerable.Range(1, ClassCount - 1).Select(shift => (long)shift),
            drawn.Select(example => (example.Label - (example.Image % ClassCount) + ClassCount) % ClassCount).Where(shift => shift != 0)
                .Distinct().Order());
    }

    [Fact]
    public void ASeedHasItsOwn()
    {
        TrainingSet set = new(50, LabelNoise: 0.2);

        Assert.Equal(Draw(set, seed: 1), Draw(set, seed: 1));
        Assert.NotEqual(Draw(set, seed: 1), Draw(set, seed: 2));
    }

    [Fact]
    public void AnInstanceIsTrainedAndMeasuredOnItsOwnAndTestedOnTheWhole()
    {
        using var scope = NewDisposeScope();
        using Dataset data = new("images", ClassCount, Train(), Train(), Train());
        var network = new Mlp([1, ClassCount], Activation.Tanh, 0.1);
        TensorOptions tensorOptions = new(CPU, ScalarType.Float32);
        Classifier whole = new(network, data, batchSize: 8, tensorOptions);
        Classifier part = new(network, data, batchSize: 8, tensorOptions) { TrainingSet = new(20, LabelNoise: 0.5) };
        using var wholeEpisode = whole.Start(RandomStreams.FromSeed(1));
        using var episode = part.Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();

        var drawn = part.TrainingSet.Draw(data[Split.Train], ClassCount, RandomStreams.FromSeed(1)) ?? throw new InvalidOperationException();
        using var examples = drawn;
        var logits = network.Logits(theta, examples.Inputs);
        var expected = nn.functional.cross_entropy(logits, examples.Labels).item<float>();

        Assert.Equal(wholeEpisode.InitialTheta().data<float>().ToArray(), theta.data<float>().ToArray());
        Assert.Equal(expected, episode.Measure(theta, Split.Train).Loss, 1e-5);
        Assert.Equal(expected, episode.TrainLoss(1000).At(theta).item<float>(), 1e-5);
        Assert.NotEqual(wholeEpisode.Measure(theta, Split.Train).Loss, episode.Measure(theta, Split.Train).Loss, 1e-5);
        Assert.Equal(wholeEpisode.Measure(theta, Split.Test), episode.Measure(theta, Split.Test));
        Assert.Equal(wholeEpisode.Measure(theta, Split.Validation), episode.Measure(theta, Split.Validation));
    }

    private static (long Image, long Label)[] Draw(TrainingSet set, long seed)
    {
        using var scope = NewDisposeScope();
        using var train = Train();
        using var drawn = set.Draw(train, ClassCount, RandomStreams.FromSeed(seed)) ?? throw new InvalidOperationException("none was drawn");
        return
        [
            .. NumberedImages.Numbers(drawn.Inputs, Count).Zip(drawn.Labels.data<long>()),
        ];
    }

    private static Examples Train() => NumberedImages.Examples(Count);
}
