using L2O.Flatness.Curvature;
using L2O.Randomness;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness.Curvature;

public sealed class SpectralDensityTests
{
    // From a sign vector the diagonal's spectrum has equal weights: the density itself, in any number of runs.
    [Fact]
    public void OfADiagonalItIsTheEigenvaluesWithEqualWeights()
    {
        using var scope = NewDisposeScope();
        var hessian = Diagonal([4.0, 1.0, -2.0]);

        var density = SpectralDensity.Of(hessian, runs: 2, iterations: 3, RandomStreams.FromSeed(1));

        Assert.Equal([-2, 1, 4, -2, 1, 4], density.Atoms, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.All(density.Weights, weight => Assert.Equal(1.0 / 6, weight, 1e-12));
    }

    // In single precision a converged Ritz value is still off by rounding, and its residual says so.
    [Theory]
    [InlineData(6)]
    [InlineData(60)]
    public void TheFarthestAtomLiesWithinItsResidualInSinglePrecision(int iterations)
    {
        using var scope = NewDisposeScope();
        var diagonal = linspace(-1, 3, 200, dtype: float32);
        var hessian = new Hessian(new FunctionLoss(x => 0.5 * (diagonal * x.square()).sum()), ones_like(diagonal));

        var density = SpectralDensity.Of(hessian, runs: 2, iterations, RandomStreams.FromSeed(1));

        var (atom, residual) = density.Atoms.Zip(density.Residuals).MaxBy(pair => Math.Abs(pair.First));
        Assert.InRange(residual, 1e-9, 0.5);
        Assert.InRange(Math.Abs(3 - atom), 0, residual + 1e-6);
    }

    // m products give the first 2 m moments of a start's measure exactly, the spectrum's moments on average.
    [Fact]
    public void FewProductsGiveTheMomentsOfTheSpectrum()
    {
        using var scope = NewDisposeScope();
        double[] eigenvalues = [.. Enumerable.Range(1, 30).Select(i => Math.Sin(i) + (i == 30 ? 5 : 0))];

        var density = SpectralDensity.Of(Diagonal(eigenvalues), runs: 2, iterations: 4, RandomStreams.FromSeed(1));

        for (var power = 1; power < 8; power++)
        {
            var moment = density.Atoms.Zip(density.Weights, (atom, weight) => weight * Math.Pow(atom, power)).Sum();
            var exact = eigenvalues.Average(value => Math.Pow(value, power));
            Assert.Equal(exact, moment, 1e-9 * Math.Pow(6, power));
        }
    }

    [Fact]
    public void SmoothedItIntegratesToOneAndPeaksAtItsAtoms()
    {
        var density = new SpectralDensity([-1, 2], [0.25, 0.75], [0, 0]);
        double[] grid = [.. Enumerable.Range(0, 1001).Select(i => -5 + (0.01 * i))];

        var smoothed = density.Smoothed(grid, width: 0.2);

        Assert.Equal(1, smoothed.Sum() * 0.01, 1e-6);
        Assert.Equal(0.75 / (0.2 * Math.Sqrt(2 * Math.PI)), smoothed[700], 1e-9);
        Assert.Equal(700, Array.IndexOf(smoothed, smoothed.Max()));
    }

    private static Hessian Diagonal(double[] eigenvalues)
    {
        var diagonal = tensor(eigenvalues);
        var loss = new FunctionLoss(x => 0.5 * (diagonal * x.square()).sum());
        return new(loss, ones_like(diagonal));
    }
}
