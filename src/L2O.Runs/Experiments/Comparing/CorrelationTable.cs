using L2O.Evaluation;
using L2O.Flatness;
using L2O.Randomness;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Experiments.Comparing;

/// <summary>
/// Rank correlations over the cells of an analysis: each flatness metric with each generalization gap, and each other one
/// with the spectral norm, in which the paper's theory is stated. Cells that diverged or never trained are left out. The
/// intervals take cells for independent, which those of one optimizer or seed are not quite.
/// </summary>
/// <param name="metrics">What was measured.</param>
/// <param name="resamples">How often cells are drawn anew.</param>
/// <param name="streams">Decide which.</param>
internal sealed class CorrelationTable(IReadOnlyList<NamedMetricOptions> metrics, int resamples, RandomStreams streams)
{
    /// <summary>The correlations of all cells, and where there are several optimizees of each one's.</summary>
    internal IReadOnlyList<CorrelationRow> Of(IReadOnlyList<FlatnessRow> rows)
    {
        var cells = rows.GroupBy(row => (row.Optimizer, row.Optimizee, row.Seed))
            .Select(cell => new Cell(cell.Key.Optimizee, cell.ToDictionary(row => row.Metric, row => row.Value ?? double.NaN)))
            .ToArray();
        var groups = cells.GroupBy(cell => cell.Optimizee).ToArray();
        return
        [
            .. Correlate(CorrelationRow.AllOptimizees, cells),
            .. groups.Length > 1 ? groups.SelectMany(group => Correlate(group.Key, [.. group])) : [],
        ];
    }

    private IEnumerable<(string Metric, string Against)> Pairs =>
    [
        .. FlatnessMeter.Gaps.Concat(SpectralNorms)
            .SelectMany(_ => metrics, (against, metric) => (metric.Name, against))
            .Where(pair => pair.Name != pair.against),
    ];

    private IEnumerable<string> SpectralNorms =>
        metrics.Where(metric => metric.Options is SpectralNormOptions).Select(metric => metric.Name);

    private IEnumerable<CorrelationRow> Correlate(string optimizee, Cell[] cells)
    {
        var diverged = cells.Count(cell => double.IsNaN(cell.Of("train_loss")));
        var untrained = cells.Count(cell => cell.IsUntrained);
        return Pairs.Select(pair =>
        {
            var correlation = RankCorrelation.Of(
                cells.Where(cell => !cell.IsUntrained).Select(cell => (cell.Of(pair.Metric), cell.Of(pair.Against))),
                resamples,
                Uniforms(optimizee));
            return new CorrelationRow(
                optimizee,
                pair.Metric,
                pair.Against,
                correlation.Tau,
                correlation.Low,
                correlation.High,
                correlation.Count,
                diverged,
                untrained);
        });
    }

    private Func<int, Func<double>> Uniforms(string optimizee) => resample =>
    {
        var numbers = streams.At("correlation").At(optimizee).At("resample", resample).Scalars();
        return () => numbers.NextDouble();
    };

    private sealed record Cell(string Optimizee, IReadOnlyDictionary<string, double> Values)
    {
        internal bool IsUntrained => FlatnessMeter.IsUntrained(Of("train_loss"), Of("untrained_loss"));

        // A cell that was done under another config may lack a number.
        internal double Of(string metric) => Values.GetValueOrDefault(metric, double.NaN);
    }
}
