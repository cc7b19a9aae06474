using L2O.Runs.Tables;

namespace L2O.Reports.Sources;

/// <summary>Learning curves of a comparison: the mean of each optimizer over its runs.</summary>
internal static class LearningCurves
{
    /// <summary>One number along the way on one optimizee, by the names of the optimizers that have it.</summary>
    /// <param name="comparison">Has the rows.</param>
    /// <param name="optimizee">Its name.</param>
    /// <param name="x">What stands on the axis.</param>
    /// <param name="y">The number; null where the optimizee has none such.</param>
    internal static IReadOnlyList<(string Name, MeanCurve Curve)> Of(
        Comparison comparison, string optimizee, Func<CurveRow, double> x, Func<CurveRow, double?> y) =>
    [
        .. comparison.Names.SelectMany(name => MeanCurve.Of(Runs(comparison, name, optimizee, x, y), comparison.Steps) is { } curve
            ? [(name, curve)]
            : Array.Empty<(string, MeanCurve)>()),
    ];

    private static RunSeries[] Runs(
        Comparison comparison, string name, string optimizee, Func<CurveRow, double> x, Func<CurveRow, double?> y) =>
    [
        .. comparison.Rows(RunTables.Curves, name, optimizee).GroupBy(entry => (entry.MetaSeed, entry.Row.Seed)).Select(run => new RunSeries(
            run.Key.MetaSeed,
            run.Key.Seed,
            run.Select(entry => entry.Row).Where(row => y(row) is not null)
                .ToDictionary(row => row.Step, row => (x(row), y(row) ?? double.NaN)))),
    ];
}
