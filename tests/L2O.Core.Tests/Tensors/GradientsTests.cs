using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Tensors;

public sealed class GradientsTests
{
    [Fact]
    public void OfACubeIsThreeSquaresAndDifferentiatesAgain()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 }).requires_grad_();

        var gradient = Gradients.Of(x.pow(3).sum(), x, differentiable: true);
        var second = Gradients.Of(gradient.sum(), x);

        Assert.Equal([3.0, 12.0], gradient.data<double>().ToArray());
        Assert.Equal([6.0, 12.0], second.data<double>().ToArray());
    }

    [Fact]
    public void OfAValueThatDoesNotDependIsZero()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 }).requires_grad_();
        var y = tensor(new[] { 3.0 }).requires_grad_();

        Assert.Equal([0.0, 0.0], Gradients.Of(tensor(1.0), x).data<double>().ToArray());
        Assert.Equal([0.0, 0.0], Gradients.Of(y.sum(), x).data<double>().ToArray());
    }

    [Fact]
    public void TimesCotangentsSumsOverOutputs()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 }).requires_grad_();

        var product = Gradients.TimesCotangents(
            [x * x, 3 * x, ones(2, dtype: float64)], x, [tensor(new[] { 1.0, 10.0 }), tensor(new[] { 2.0, 0.5 }), ones(2)]);

        Assert.Equal([8.0, 41.5], product.data<double>().ToArray());
    }

    [Fact]
    public void WhatTheNativeCallWouldAbortOnThrows()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 }).requires_grad_();

        Assert.Throws<ArgumentException>(() => Gradients.Of(x.sum(), tensor(1.0)));
        Assert.Throws<ArgumentException>(() => Gradients.TimesCotangents([x * 2], x, [ones(3)]));
        Assert.Throws<ArgumentException>(() => Gradients.TimesCotangents([x * 2], x, []));
    }
}
