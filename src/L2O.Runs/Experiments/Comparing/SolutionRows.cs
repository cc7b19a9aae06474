using L2O.Evaluation;
using L2O.Flatness;
using static TorchSharp.torch;

namespace L2O.Experiments.Comparing;

/// <summary>Writes what is measured of one solution to the tables of an analysis.</summary>
/// <param name="optimizer">Name of the optimizer.</param>
/// <param name="optimizee">Name of the optimizee.</param>
/// <param name="seed">Of the run that ended there.</param>
/// <param name="tables">Where rows go.</param>
internal sealed class SolutionRows(string optimizer, string optimizee, long seed, AnalyzeTables tables)
{
    /// <summary>Measures and writes; of a diverged solution there are only numbers, all of them NaN.</summary>
    internal void Write(
        FlatnessMeter meter,
        SliceOptions slices,
        Solution solution,
        Action<string> onMetric,
        CancellationToken cancel)
    {
        foreach (var (metric, estimate, cost) in meter.Measure(solution, Append, onMetric, cancel))
        {
            tables.Flatness.Append(new(
                optimizer,
                optimizee,
                seed,
                metric,
                estimate?.Value,
                estimate?.Error,
                cost?.Seconds,
                cost?.GradientEvaluations));
        }

        if (!solution.IsDiverged)
        {
            onMetric("slices");
            WriteSlices(meter.LossOf(solution, cancel), slices, solution);
        }
    }

    private void Append(SpectralDensity density)
    {
        for (var i = 0; i < density.Atoms.Length; i++)
        {
            tables.Esd.Append(new(optimizer, optimizee, seed, density.Atoms[i], density.Weights[i], density.Residuals[i]));
        }
    }

    // Optimizers meet the same two directions under one seed, but for the lengths of their own filters.
    private void WriteSlices(MeteredLoss loss, SliceOptions slices, Solution solution)
    {
        using var scope = NewDisposeScope();
        var first = LossSlice.Direction(solution.Theta, solution.Layout, solution.Streams.At("slice", 0));
        var second = LossSlice.Direction(solution.Theta, solution.Layout, solution.Streams.At("slice", 1));
        var line = LossSlice.Positions(slices.Span, slices.Points);
        foreach (var (x, value) in line.Zip(LossSlice.Line(loss, solution.Theta, first, line)))
        {
            tables.Slices.Append(new(optimizer, optimizee, seed, x, value));
        }

        var side = LossSlice.Positions(slices.Span, slices.PlanePoints);
        foreach (var y in side)
        {
            using var inner = NewDisposeScope();
            var moved = solution.Theta.add(second, alpha: y);
            foreach (var (x, value) in side.Zip(LossSlice.Line(loss, moved, first, side)))
            {
                tables.Planes.Append(new(optimizer, optimizee, seed, x, y, value));
            }
        }
    }
}
