using L2O.Evaluation;
using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Runs.Tables;
using static TorchSharp.torch;

namespace L2O.Experiments.Comparing;

/// <summary>Collects the rows of one solution of an analysis.</summary>
/// <param name="optimizer">Name of the optimizer.</param>
/// <param name="optimizee">Name of the optimizee.</param>
/// <param name="seed">Of the run that ended there.</param>
internal sealed class SolutionRows(string optimizer, string optimizee, long seed)
{
    /// <summary>The rows so far.</summary>
    internal RowBatch All { get; } = new();

    /// <summary>Whether the solution never trained, once it is measured; not of a diverged one.</summary>
    internal bool IsUntrained { get; private set; }

    /// <summary>Measures; of a diverged solution there are only numbers, all of them NaN.</summary>
    internal void Add(
        FlatnessMeter meter,
        SliceOptions slices,
        Solution solution,
        Action<string> onMetric,
        CancellationToken cancel)
    {
        var measured = meter.Measure(solution, Add, onMetric, cancel);
        double ValueOf(string name) => measured.First(number => number.Metric == name).Estimate?.Value ?? double.NaN;
        IsUntrained = FlatnessMeter.IsUntrained(ValueOf("train_loss"), ValueOf("untrained_loss"));
        foreach (var (metric, estimate, cost) in measured)
        {
            All.Add(RunTables.Flatness, new FlatnessRow(
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
            AddSlices(meter.LossOf(solution, cancel), slices, solution);
        }
    }

    private void Add(SpectralDensity density)
    {
        for (var i = 0; i < density.Atoms.Length; i++)
        {
            All.Add(RunTables.Esd, new EsdRow(optimizer, optimizee, seed, density.Atoms[i], density.Weights[i], density.Residuals[i]));
        }
    }

    // Optimizers meet the same two directions under one seed, but for the lengths of their own filters.
    private void AddSlices(MeteredLoss loss, SliceOptions slices, Solution solution)
    {
        using var scope = NewDisposeScope();
        var first = LossSlice.Direction(solution.Theta, solution.Layout, solution.Streams.At("slice", 0));
        var second = LossSlice.Direction(solution.Theta, solution.Layout, solution.Streams.At("slice", 1));
        var line = LossSlice.Positions(slices.Span, slices.Points);
        foreach (var (x, value) in line.Zip(LossSlice.Line(loss, solution.Theta, first, line)))
        {
            All.Add(RunTables.Slices, new SliceRow(optimizer, optimizee, seed, x, value));
        }

        var side = LossSlice.Positions(slices.Span, slices.PlanePoints);
        foreach (var y in side)
        {
            using var inner = NewDisposeScope();
            var moved = solution.Theta.add(second, alpha: y);
            foreach (var (x, value) in side.Zip(LossSlice.Line(loss, moved, first, side)))
            {
                All.Add(RunTables.Planes, new PlaneRow(optimizer, optimizee, seed, x, y, value));
            }
        }
    }
}
