using L2O.Optimizers.Learned;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned;

public sealed class NewtonSchulzTests
{
    [Theory]
    [InlineData(3, 7)]
    [InlineData(7, 3)]
    [InlineData(5, 5)]
    public void SingularValuesAreAboutOneAndSingularVectorsStay(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var matrix = randn(rows, columns, dtype: float64, generator: new(1));

        var orthogonal = NewtonSchulz.Orthogonalized(matrix);

        var (u, values, v) = linalg.svd(matrix, fullMatrices: false);
        var inside = u.t().mm(orthogonal).mm(v.t());
        Assert.Equal([rows, columns], orthogonal.shape);
        Assert.True((inside - inside.diag().diag()).abs().max().item<double>() < 1e-12);
        // What Muon says of five iterations: between 0.7 and 1.2, where the matrix is not nearly singular.
        Assert.All(inside.diag().data<double>().ToArray(), value => Assert.InRange(value, 0.65, 1.25));
        Assert.True((values / values[0]).min().item<double>() > 0.02);
    }

    [Fact]
    public void OfNothingItMakesNothing()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(0, NewtonSchulz.Orthogonalized(zeros(2, 3)).abs().max().item<float>());
    }
}
