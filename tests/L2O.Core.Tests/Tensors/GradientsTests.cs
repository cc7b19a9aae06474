using System.Runtime.InteropServices;
using L2O.Errors;
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

    // TorchSharp's own call ends the process on these.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ErrorsOfTheNativeCallThrow(bool differentiable)
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 }).requires_grad_();
        var usedUp = x.pow(3).sum();
        Gradients.Of(usedUp, x);
        var saved = x * 1;
        var changed = saved.pow(3).sum();
        saved.detach().add_(1);

        var twice = Assert.Throws<ExternalException>(() => Gradients.Of(usedUp, x, differentiable));
        var inPlace = Assert.Throws<ExternalException>(() => Gradients.Of(changed, x, differentiable));

        Assert.Equal(
            "libtorch failed: Trying to backward through the graph a second time",
            LibtorchException.Of(twice).Message.Split(" (")[0]);
        Assert.Contains("modified by an inplace operation", LibtorchException.Of(inPlace).Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', LibtorchException.Of(inPlace).Message);
    }

    // The gradient of a piece of something expanded is first made for all of it: 256 TB.
    [Fact]
    public void NotEnoughMemoryThrows()
    {
        using var scope = NewDisposeScope();
        var x = ones(1).requires_grad_();
        var piece = x.expand(1L << 46).narrow(0, 0, 1);

        var error = Assert.Throws<ExternalException>(() => Gradients.TimesCotangents([piece], x, [ones(1)]));

        Assert.StartsWith("there is not enough memory (", LibtorchException.Of(error).Message, StringComparison.Ordinal);
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
