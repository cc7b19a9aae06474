using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Tensors;

public sealed class ActivationTests
{
    private static readonly double[] _points = [-60, -20, -3, -0.5, -1e-3, 1e-3, 0.5, 3, 19, 21, 60];

    // Value, first and second derivative by hand; s is the sigmoid.
    private static readonly Dictionary<Activation, (Func<double, double> Value, Func<double, double> First, Func<double, double> Second)> _known = new()
    {
        [Activation.Silu] = (
            x => x * Sigmoid(x),
            x => Sigmoid(x) * (1 + (x * Sigmoid(-x))),
            x => Sigmoid(x) * Sigmoid(-x) * (2 + (x * (1 - (2 * Sigmoid(x)))))),
        [Activation.LeakyRelu] = (x => x > 0 ? x : 0.01 * x, x => x > 0 ? 1 : 0.01, _ => 0),
        [Activation.Softplus] = (
            x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
            Sigmoid,
            x => Sigmoid(x) * Sigmoid(-x)),
    };

    public static TheoryData<Activation> Known() => [.. _known.Keys];

    [Theory]
    [MemberData(nameof(Known))]
    public void ValuesAndBothDerivativesAreTheClosedForms(Activation activation)
    {
        using var scope = NewDisposeScope();
        var (value, first, second) = _known[activation];
        var x = tensor(_points).requires_grad_();

        var y = activation.Apply(x);
        var slope = Gradients.Of(y.sum() + (0 * x.square().sum()), x, differentiable: true);
        var bend = Gradients.Of((slope * slope).sum() / 2, x);
        var byHand = ones(_points.Length, dtype: float64);
        activation.MultiplyByDerivative(byHand, x.detach(), y.detach());

        AssertClose(value, y);
        AssertClose(first, slope);
        AssertClose(first, byHand);
        AssertClose(at => first(at) * second(at), bend);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static void AssertClose(Func<double, double> expected, Tensor actual) => Assert.All(
        _points.Zip(actual.detach().data<double>().ToArray()),
        pair => Assert.Equal(expected(pair.First), pair.Second, 1e-14 * Math.Max(1, Math.Abs(pair.First))));
}
