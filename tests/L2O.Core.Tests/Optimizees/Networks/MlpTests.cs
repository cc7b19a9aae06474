using L2O.Data;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Networks;

public sealed class MlpTests
{
    private static readonly long[] _sizes = [12, 7, 6, 5, 4];

    public static TheoryData<Activation, int> Cases() =>
        new(Enum.GetValues<Activation>().SelectMany(activation => Enumerable.Range(2, 4), (a, depth) => (a, depth)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheGradientByHandIsThatOfTheGraph(Activation activation, int depth)
    {
        Assert.InRange(Difference(activation, depth, ScalarType.Float64), 0, 1e-13);
        Assert.InRange(Difference(activation, depth, ScalarType.Float32), 0, 1e-6);
    }

    [Fact]
    public void TheMlpOfTheLiteratureHasItsCount() =>
        Assert.Equal(15_910, new Mlp([784, 20, 10], Activation.Sigmoid, 0.01).Layout.Count);

    // Largest difference between the two gradients and losses, relative to the largest entry.
    private static double Difference(Activation activation, int depth, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var streams = RandomStreams.FromSeed(depth);
        var network = new Mlp(_sizes[..depth], activation, initialScale: 1);
        var theta = network.InitialTheta(streams).to(type);
        using var generator = streams.Generator("labels");
        var minibatch = new Minibatch(
            RandomTensors.Normal(streams, "inputs", 9, 3, 2, 2).to(type),
            randint(_sizes[depth - 1], 9, dtype: int64, generator: generator));
        var leaf = theta.detach().requires_grad_();

        var expectedLoss = nn.functional.cross_entropy(network.Logits(leaf, minibatch.Inputs), minibatch.Labels);
        var expected = Gradients.Of(expectedLoss, leaf);
        var (loss, gradient) = network.CrossEntropyWithGradient(theta, minibatch);

        var lossDifference = ScalarTensor.Value((loss - expectedLoss.detach()).abs() / expectedLoss.detach());
        return Math.Max(lossDifference, ScalarTensor.Value((gradient - expected).abs().max() / expected.abs().max()));
    }
}
