using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Modules;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Modules;

public sealed class ModuleLossTests
{
    private static readonly RandomStreams Streams = RandomStreams.FromSeed(3);

    [Fact]
    public void ItIsTheSameFunctionAsOneThatIsWrittenOut()
    {
        using var scope = NewDisposeScope();
        using Case it = new();
        using ModuleLoss loss = new(it.Model, it.Loss);
        var theta = loss.Theta() + 0.1;
        var v = RandomTensors.Normal(Streams, "v", loss.Layout.Count);
        FunctionLoss written = new(it.Written);

        var (value, gradient) = loss.WithGradient(theta);
        var (expectedValue, expectedGradient) = ((ILoss)written).WithGradient(theta);
        var (product, form) = new Hessian(loss, theta).TimesVectorWithGradient(v);
        var (expectedProduct, expectedForm) = new Hessian(written, theta).TimesVectorWithGradient(v);

        AssertClose(expectedValue, value);
        AssertClose(expectedValue, loss.At(theta));
        AssertClose(expectedGradient, gradient);
        AssertClose(expectedProduct, product);
        AssertClose(expectedProduct, new Hessian(loss, theta).TimesVector(v));
        AssertClose(expectedForm, form);
    }

    [Fact]
    public void MetricsOfCurvatureAndOfTheNeighbourhoodTakeIt()
    {
        using var scope = NewDisposeScope();
        using Case it = new();
        using ModuleLoss loss = new(it.Model, it.Loss);
        var theta = loss.Theta();
        FunctionLoss written = new(it.Written);

        Assert.Equal(
            Lanczos.TopEigenpairs(new(written, theta), count: 2, iterations: 20, Streams).Select(pair => pair.Value).ToArray(),
            Lanczos.TopEigenpairs(new(loss, theta), count: 2, iterations: 20, Streams).Select(pair => pair.Value).ToArray(),
            (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(
            LocalEntropy.Value(written, theta, gamma: 10, pairs: 5, Streams).Value,
            LocalEntropy.Value(loss, theta, gamma: 10, pairs: 5, Streams).Value,
            1e-9);
        Assert.Equal(
            HutchinsonTrace.Of(new(written, theta), probes: 5, Streams).Value,
            HutchinsonTrace.Of(new(loss, theta), probes: 5, Streams).Value,
            1e-9);
    }

    [Fact]
    public void DisposedItLeavesTheModuleAsItWas()
    {
        using var scope = NewDisposeScope();
        using Case it = new();
        var before = it.Numbers();

        using (ModuleLoss loss = new(it.Model, it.Loss))
        {
            loss.At(loss.Theta() + 1);
            Assert.NotEqual(before, it.Numbers());
        }

        Assert.Equal(before, it.Numbers());
    }

    [Fact]
    public void ParametersThatTakeNoGradientAreNotAmongThem()
    {
        using var scope = NewDisposeScope();
        using Case it = new();
        it.Model.parameters().First().requires_grad = false;

        using ModuleLoss loss = new(it.Model, it.Loss);

        Assert.Equal(["first.bias", "second.weight", "second.bias"], loss.Layout.Shapes.Select(shape => shape.Name));
    }

    [Fact]
    public void WhatTakesAGraphIsRefusedWithASentence()
    {
        using var scope = NewDisposeScope();
        using Case it = new();
        using ModuleLoss loss = new(it.Model, it.Loss);

        var message = Assert.Throws<InvalidOperationException>(() => new Hessian(loss, loss.Theta(), isGraphNeeded: true)).Message;

        Assert.Contains("no differentiable function of another tensor", message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using var scope = NewDisposeScope();
        using Case it = new();
        Measure(it);

        var before = LiveTensors.Count();
        Measure(it);

        Assert.Equal(before, LiveTensors.Count());
    }

    private static void Measure(Case it)
    {
        using var scope = NewDisposeScope();
        using ModuleLoss loss = new(it.Model, it.Loss);
        var theta = loss.Theta();
        Lanczos.TopEigenpairs(new(loss, theta), count: 1, iterations: 5, Streams);
        loss.WithGradient(theta + 1);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.True(expected.allclose(actual, rtol: 1e-9, atol: 1e-11));

    /// <summary>A module in float64, and its loss written out.</summary>
    private sealed class Case : IDisposable
    {
        private readonly Tensor _inputs = RandomTensors.Normal(Streams, "inputs", 12, 4);
        private readonly Tensor _labels = tensor(Enumerable.Range(0, 12).Select(i => i % 3L).ToArray());

        internal Case()
        {
            Model = nn.Sequential(("first", nn.Linear(4, 5)), ("tanh", nn.Tanh()), ("second", nn.Linear(5, 3)));
            Model.to(float64);
        }

        internal Sequential Model { get; }

        internal Tensor Loss() => nn.functional.cross_entropy(Model.call(_inputs), _labels);

        internal Tensor Written(Tensor theta)
        {
            var parts = new ParameterLayout([new("a", 5, 4), new("b", 5), new("c", 3, 5), new("d", 3)]).Split(theta);
            var hidden = nn.functional.linear(_inputs, parts[0], parts[1]).tanh();
            return nn.functional.cross_entropy(nn.functional.linear(hidden, parts[2], parts[3]), _labels);
        }

        internal double[] Numbers() =>
            [.. Model.parameters().SelectMany(parameter => parameter.detach().data<double>().ToArray())];

        public void Dispose() => Model.Dispose();
    }
}
