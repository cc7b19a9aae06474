using L2O.Randomness;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>
/// The distribution of the Hessian's eigenvalues as weighted atoms, by stochastic Lanczos quadrature (Ubaru, Chen and
/// Saad, 2017): each run's Ritz values with their weights, averaged over random starts.
/// </summary>
/// <param name="Atoms">Ritz values of all runs.</param>
/// <param name="Weights">Sum to 1.</param>
/// <param name="Residuals">Of each atom: an eigenvalue lies within this of it.</param>
public sealed record SpectralDensity(double[] Atoms, double[] Weights, double[] Residuals)
{
    /// <summary>Estimates the density.</summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="runs">Random starts.</param>
    /// <param name="iterations">Products in each run, and atoms at most; one more product checks the farthest atom.</param>
    /// <param name="streams">Decide the starts.</param>
    public static SpectralDensity Of(Hessian hessian, int runs, int iterations, RandomStreams streams)
    {
        using var work = NumericWork.Begin();
        List<double> atoms = [], weights = [], residuals = [];
        for (var run = 0; run < runs; run++)
        {
            using var scope = NewDisposeScope();
            var start = Direction.RandomSigns(hessian.Theta, streams.At("probe", run));
            var result = Lanczos.Run(hessian, start, iterations);
            atoms.AddRange(result.RitzValues);
            weights.AddRange(result.Weights.Select(weight => weight / runs));
            residuals.AddRange(WithMeasured(result, hessian));
        }

        return new([.. atoms], [.. weights], [.. residuals]);
    }

    // The recursion's residual of a converged pair is far below rounding; a product shows what is left of that.
    private static double[] WithMeasured(LanczosResult result, Hessian hessian)
    {
        var farthest = -result.RitzValues[0] > result.RitzValues[^1] ? 0 : result.RitzValues.Length - 1;
        var vector = result.RitzVector(farthest);
        var residual = Eigenpair.Judge(vector, hessian.TimesVector(vector)).Value.Value.Error;
        double[] residuals = [.. result.Residuals];
        residuals[farthest] = Math.Max(residuals[farthest], residual);
        return residuals;
    }

    /// <summary>The density at each point of a grid, every atom being smoothed to a normal distribution.</summary>
    /// <param name="grid">Eigenvalues to look at.</param>
    /// <param name="width">Standard deviation of the smoothing.</param>
    public double[] Smoothed(IReadOnlyList<double> grid, double width)
    {
        double Kernel(double distance) =>
            Math.Exp(-0.5 * distance * distance / (width * width)) / (width * Math.Sqrt(2 * Math.PI));

        return [.. grid.Select(x => Atoms.Zip(Weights, (atom, weight) => weight * Kernel(x - atom)).Sum())];
    }
}
