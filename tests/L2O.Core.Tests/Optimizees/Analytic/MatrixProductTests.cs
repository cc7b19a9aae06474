using L2O.Optimizees.Analytic;
using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Analytic;

public sealed class MatrixProductTests
{
    [Fact]
    public void StrassensAlgorithmHasNoLoss()
    {
        using var scope = NewDisposeScope();
        var problem = MatrixProduct.Problem(new());

        // Columns: (a11+a22)(b11+b22), (a21+a22)b11, a11(b12-b22), a22(b21-b11), (a11+a12)b22, (a21-a11)(b11+b12),
        // (a12-a22)(b21+b22).
        var left = tensor(new double[,]
        {
            { 1, 0, 1, 0, 1, -1, 0 }, { 0, 0, 0, 0, 1, 0, 1 }, { 0, 1, 0, 0, 0, 1, 0 }, { 1, 1, 0, 1, 0, 0, -1 },
        });
        var right = tensor(new double[,]
        {
            { 1, 1, 0, -1, 0, 1, 0 }, { 0, 0, 1, 0, 0, 1, 0 }, { 0, 0, 0, 1, 0, 0, 1 }, { 1, 0, -1, 0, 1, 0, 1 },
        });
        var loss = problem.Loss(stack([left, right]).view(-1), problem.Constants(default));

        Assert.Equal(0, loss.item<double>(), 1e-20);
    }

    [Fact]
    public void ARandomStartHasUnitColumnsAndALoss()
    {
        using var scope = NewDisposeScope();
        var problem = MatrixProduct.Problem(new() { Size = 3, Products = 20 });
        var start = problem.InitialTheta(RandomStreams.FromSeed(1));

        Assert.Equal(360, problem.Layout.Count);
        Assert.True(start.view(2, 9, 20).square().sum(dim: 1).allclose(ones(2, 20, dtype: float64)));
        Assert.InRange(problem.Loss(start, problem.Constants(default)).item<double>(), 1, 27);
    }
}
