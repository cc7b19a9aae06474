using L2O.Flatness.Curvature;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness.Curvature;

public sealed class MeteredLossTests
{
    private static readonly FunctionLoss Bowl = new(x => x.square().sum());

    [Fact]
    public void ALossIsAThirdOfAGradientAndAProductIsTwo()
    {
        using var scope = NewDisposeScope();
        MeteredLoss loss = new(Bowl, default);
        var theta = ones(2, dtype: float64);

        loss.At(theta);
        var (_, gradient) = loss.WithGradient(theta);
        var product = new Hessian(loss, theta).TimesVector(theta);

        Assert.Equal((1 / 3.0) + 1 + 1 + 2, loss.GradientEvaluations, 1e-12);
        Assert.Equal([2.0, 2.0], gradient.data<double>().ToArray());
        Assert.Equal([2.0, 2.0], product.data<double>().ToArray());
    }

    [Fact]
    public void WorkEndsAtTheNextProductOnceCancelled()
    {
        using var scope = NewDisposeScope();
        using CancellationTokenSource source = new();
        MeteredLoss loss = new(Bowl, source.Token);
        var theta = ones(2, dtype: float64);
        var hessian = new Hessian(loss, theta);

        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => hessian.TimesVector(theta));
        Assert.Throws<OperationCanceledException>(() => loss.At(theta));
        Assert.Throws<OperationCanceledException>(() => loss.WithGradient(theta));
    }
}
