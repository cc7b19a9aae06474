using L2O.Evaluation;
using L2O.Experiments;
using L2O.Experiments.Comparing;
using L2O.Flatness;
using L2O.Randomness;
using L2O.Runs.Tables;
using Xunit;

namespace L2O.Tests.Experiments.Comparing;

public sealed class CorrelationTableTests
{
    private static readonly IReadOnlyList<NamedMetricOptions> Metrics = MetricName.All(
    [
        new(new SpectralNormOptions()), new(new HessianTraceOptions()), new(new LocalEntropyOptions { Gamma = 10 }),
        new(new LocalEntropyOptions { Gamma = 20 }),
    ]);

    // hessian_ev orders three cells as the loss gap does and one pair otherwise: (5 - 1) / 6.
    [Fact]
    public void CellsOfAllOptimizeesAndOfEachAreCorrelated()
    {
        FlatnessRow[] rows =
        [
            .. Cell("sgd", "a", seed: 0, 1, 1), .. Cell("sgd", "a", seed: 1, 2, 2), .. Cell("adam", "b", seed: 0, 3, 4),
            .. Cell("adam", "b", seed: 1, 4, 3), .. Cell("wild", "b", seed: 0, double.NaN, double.NaN),
        ];

        var found = Table(rows).Where(row => (row.Metric, row.Against) == ("hessian_ev", "loss_gap"))
            .Select(row => (row.Optimizee, Tau: Math.Round(row.Tau, 9), row.Cells, row.Diverged));

        Assert.Equal([("all", Math.Round(4 / 6.0, 9), 4, 1), ("a", 1, 2, 0), ("b", -1, 2, 1)], found);
    }

    [Fact]
    public void ANumberThatACellLacksDoesNotCount()
    {
        FlatnessRow[] rows =
        [
            .. Cell("sgd", "a", seed: 0, 1, 1).Where(row => row.Metric != "hessian_ev"), .. Cell("sgd", "a", seed: 1, 2, 2),
            .. Cell("sgd", "a", seed: 2, 3, 3),
        ];

        var cells = Table(rows).Where(row => row.Against == "loss_gap").ToDictionary(row => row.Metric, row => row.Cells);

        Assert.Equal((2, 3), (cells["hessian_ev"], cells["hessian_trace"]));
    }

    [Fact]
    public void EveryFlatnessMetricMeetsBothGapsAndEveryOtherOneTheSpectralNorm()
    {
        var pairs = Table([.. Cell("sgd", "a", 0, 1, 1)]).Select(row => (row.Metric, row.Against)).ToArray();

        string[] others = ["hessian_trace", "local_entropy gamma=10", "local_entropy gamma=20"];
        Assert.Equal(
            [
                .. FlatnessMeter.Gaps.SelectMany(gap => others.Prepend("hessian_ev").Select(metric => (metric, gap))),
                .. others.Select(metric => (metric, "hessian_ev")),
            ],
            pairs);
    }

    private static IReadOnlyList<CorrelationRow> Table(FlatnessRow[] rows) =>
        new CorrelationTable(Metrics, resamples: 10, RandomStreams.FromSeed(1)).Of(rows);

    private static IEnumerable<FlatnessRow> Cell(string optimizer, string optimizee, long seed, double sharpness, double gap) =>
        Metrics.Select(metric => metric.Name).Append("train_loss").Concat(FlatnessMeter.Gaps).Select(metric => new FlatnessRow(
            optimizer, optimizee, seed, metric, FlatnessMeter.Gaps.Contains(metric) ? gap : sharpness, 0, null, null));
}
