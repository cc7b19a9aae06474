using L2O.Data;
using L2O.Optimizees;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Networks;

public sealed class HeldOutExamplesTests
{
    private const int Count = 40;

    private static readonly TensorOptions _float64 = new(CPU, ScalarType.Float64);

    [Theory]
    [InlineData(5, 1)]
    [InlineData(7, 1)]
    [InlineData(8, 2)]
    [InlineData(40, 8)]
    public void AFifthIsHeldOutAndTheRestIsAllOthers(int count, int heldOut)
    {
        var (held, rest) = Draw(count, seed: 1);

        Assert.Equal(heldOut, held.Length);
        Assert.Equal(Enumerable.Range(0, count).Select(number => (long)number), held.Concat(rest).Order());
    }

    [Fact]
    public void ASeedHasItsOwn()
    {
        Assert.Equal(Draw(Count, seed: 1).HeldOut, Draw(Count, seed: 1).HeldOut);
        Assert.NotEqual(Draw(Count, seed: 1).HeldOut, Draw(Count, seed: 2).HeldOut);
    }

    [Theory]
    [InlineData(null, 8)]
    [InlineData(20, 4)]
    public void NoExampleIsInMinibatchesOfBothKindsAndTogetherTheyAreTheInstancesOwn(int? trainExamples, int heldOutCount)
    {
        using var scope = NewDisposeScope();
        using var data = NumberedImages.Create(Count, ScalarType.Float64);
        SeenImages network = new();
        TrainingSet set = new(trainExamples, LabelNoise: 0);
        using var episode = Holding(new(network, data, batchSize: 7, _float64) { TrainingSet = set }).Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();

        var trained = network.During(() => Enumerable.Range(0, 60).Select(step => episode.Minibatch(step, 0)), theta);
        var heldOut = network.During(() => Enumerable.Range(0, 60).Select(step => episode.HeldOutMinibatch(step, 0)), theta);

        using var own = set.Draw(data[Split.Train], NumberedImages.ClassCount, RandomStreams.FromSeed(1));
        Assert.Equal(heldOutCount, heldOut.Count);
        Assert.Empty(trained.Intersect(heldOut));
        Assert.Equal(
            NumberedImages.Numbers((own ?? data[Split.Train]).Inputs, Count).Order(), trained.Concat(heldOut).Order());
        Assert.Equal(trained, network.During(() => [episode.TrainLoss(1000)], theta));
        Assert.Equal(trained, network.During(
            () =>
            {
                episode.Measure(theta, Split.Train);
                return [];
            },
            theta));
    }

    [Fact]
    public void HeldOutExamplesHaveTheWrongLabelsOfTheInstance()
    {
        using var scope = NewDisposeScope();
        using var data = NumberedImages.Create(Count, ScalarType.Float64);
        SeenImages network = new();
        TrainingSet set = new(20, LabelNoise: 0.5);
        var streams = RandomStreams.FromSeed(3);
        using var episode = Holding(new(network, data, batchSize: 7, _float64) { TrainingSet = set }).Start(streams);
        using var own = set.Draw(data[Split.Train], NumberedImages.ClassCount, streams) ?? throw new InvalidOperationException();
        var labels = NumberedImages.Numbers(own.Inputs, Count).Zip(own.Labels.data<long>()).ToDictionary();
        var theta = episode.InitialTheta();

        var value = episode.HeldOutMinibatch(4, 0).At(theta).item<double>();

        var numbers = NumberedImages.Numbers(network.Last, Count);
        var expected = nn.functional.cross_entropy(
            network.Logits(theta, network.Last), tensor(numbers.Select(number => labels[number]).ToArray()));
        Assert.Equal(expected.item<double>(), value, 1e-12);
        Assert.Contains(numbers, number => labels[number] != number % NumberedImages.ClassCount);
    }

    [Fact]
    public void HeldOutMinibatchesAreNewForEveryStepAndDraw()
    {
        using var scope = NewDisposeScope();
        using var data = NumberedImages.Create(Count, ScalarType.Float64);
        using var episode = Holding(new(new SeenImages(), data, batchSize: 7, _float64)).Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();
        double At(long step, long draw) => episode.HeldOutMinibatch(step, draw).At(theta).item<double>();

        Assert.Equal(At(2, 0), At(2, 0));
        Assert.Equal(4, new[] { At(2, 0), At(3, 0), At(2, -1), At(2, -2) }.Distinct().Count());
    }

    [Fact]
    public void AnOptimizeeThatHoldsNothingOutTrainsOnAll()
    {
        using var scope = NewDisposeScope();
        using var data = NumberedImages.Create(Count, ScalarType.Float64);
        SeenImages network = new();
        using var episode = new Classifier(network, data, batchSize: 7, _float64).Start(RandomStreams.FromSeed(1));

        var trained = network.During(
            () => Enumerable.Range(0, 100).Select(step => episode.Minibatch(step, 0)), episode.InitialTheta());

        Assert.Equal(Count, trained.Count);
        Assert.Throws<InvalidOperationException>(() => episode.HeldOutMinibatch(0, 0));
    }

    [Fact]
    public void OfFewerThanFiveExamplesNoneIsHeldOut()
    {
        using var scope = NewDisposeScope();
        using var data = NumberedImages.Create(Count, ScalarType.Float64);
        using var small = NumberedImages.Create(4, ScalarType.Float64);

        Assert.Null(new Classifier(new SeenImages(), small, batchSize: 7, _float64).HoldingOut());
        Assert.Null(new Classifier(new SeenImages(), data, batchSize: 7, _float64) { TrainingSet = new(4, 0) }.HoldingOut());
        Assert.NotNull(new Classifier(new SeenImages(), data, batchSize: 7, _float64) { TrainingSet = new(5, 0) }.HoldingOut());
    }

    [Fact]
    public void NothingThatIsHeldOutIsLeftBehind()
    {
        using var scope = NewDisposeScope();
        using var data = NumberedImages.Create(Count, ScalarType.Float64);
        var optimizee = Holding(new(new SeenImages(), data, batchSize: 7, _float64) { TrainingSet = new(20, 0.5) });
        var before = LiveTensors.Count();

        using (NewDisposeScope())
        {
            using var episode = optimizee.Start(RandomStreams.FromSeed(1));
            var theta = episode.InitialTheta();
            _ = episode.HeldOutMinibatch(0, 0).WithGradient(theta);
            _ = episode.TrainLoss(3).At(theta);
            _ = episode.Measure(theta, Split.Train);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static IOptimizee Holding(Classifier classifier) => classifier.HoldingOut() ?? throw new InvalidOperationException();

    private static (long[] HeldOut, long[] Others) Draw(int count, long seed)
    {
        using var scope = NewDisposeScope();
        using var train = NumberedImages.Examples(count);
        var drawn = HeldOutExamples.Draw(train, RandomStreams.FromSeed(seed));
        return ([.. drawn.HeldOut.Select(index => (long)index)], [.. drawn.Rest.Select(index => (long)index)]);
    }

    // A linear network that remembers which images it was shown.
    private sealed class SeenImages : INetwork
    {
        private readonly Mlp _inner = new([1, NumberedImages.ClassCount], Activation.Tanh, 0.5);
        private readonly HashSet<long> _seen = [];

        public ParameterLayout Layout => _inner.Layout;

        internal Tensor Last { get; private set; } = zeros(0);

        public Tensor InitialTheta(RandomStreams streams) => _inner.InitialTheta(streams);

        public Tensor Logits(Tensor theta, Tensor inputs)
        {
            Last = inputs;
            _seen.UnionWith(NumberedImages.Numbers(inputs, Count));
            return _inner.Logits(theta, inputs);
        }

        internal HashSet<long> During(Func<IEnumerable<ILoss>> losses, Tensor theta)
        {
            _seen.Clear();
            foreach (var loss in losses())
            {
                loss.At(theta);
            }

            return [.. _seen];
        }
    }
}
