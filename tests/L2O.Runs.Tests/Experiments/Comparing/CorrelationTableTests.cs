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

    // On b, hessian_ev orders one pair of cells otherwise than the loss gap does: of all (27 - 1) / 28, there (5 - 1) / 6.
    [Fact]
    public void CellsOfAllOptimizeesAndOfEachAreCorrelated()
    {
        FlatnessRow[] rows =
        [
            .. Cells("sgd", "a", (1, 1), (2, 2), (3, 3), (4, 4)), .. Cells("adam", "b", (5, 5), (6, 6), (7, 8), (8, 7)),
            .. Cells("wild", "b", (double.NaN, double.NaN)),
        ];

        var found = Table(rows).Where(row => (row.Metric, row.Against) == ("hessian_ev", "loss_gap"))
            .Select(row => (row.Optimizee, Tau: Math.Round(row.Tau ?? double.NaN, 9), row.Cells, row.Diverged));

        Assert.Equal([("all", Math.Round(26 / 28.0, 9), 8, 1), ("a", 1, 4, 0), ("b", Math.Round(4 / 6.0, 9), 4, 1)], found);
    }

    [Fact]
    public void OfTwoCellsNeitherCorrelationNorIntervalIsSaid() => Assert.All(
        Table([.. Cells("sgd", "a", (1, 1), (2, 2))]),
        row => Assert.Equal((null, null, null, 2), (row.Tau, row.CiLow, row.CiHigh, row.Cells)));

    // Four cells in order, and one at the loss of chance that would turn the order round.
    [Fact]
    public void ASolutionThatNeverTrainedIsLeftOutAndCounted()
    {
        var rows = Cells("sgd", "a", (1, 1), (2, 2), (3, 3), (4, 4), (0.001, 50))
            .Select(row => (row.Seed, row.Metric) switch
            {
                (4, "train_loss") => row with { Value = 2.302 },
                (_, "train_loss") => row with { Value = 0.3 },
                (_, "untrained_loss") => row with { Value = Math.Log(10) },
                _ => row,
            });

        var found = Table([.. rows]).Where(row => row.Against == "loss_gap").ToArray();

        Assert.All(found, row => Assert.Equal((1.0, 4, 0, 1), (row.Tau, row.Cells, row.Diverged, row.Untrained)));
        Assert.NotEmpty(found);
    }

    [Fact]
    public void ANumberThatACellLacksDoesNotCount()
    {
        FlatnessRow[] rows =
        [
            .. Cells("sgd", "a", (1, 1), (2, 2), (3, 3)).Where(row => (row.Seed, row.Metric) != (0, "hessian_ev")),
        ];

        var cells = Table(rows).Where(row => row.Against == "loss_gap").ToDictionary(row => row.Metric, row => row.Cells);

        Assert.Equal((2, 3), (cells["hessian_ev"], cells["hessian_trace"]));
    }

    [Fact]
    public void EveryFlatnessMetricMeetsBothGapsAndEveryOtherOneTheSpectralNorm()
    {
        var pairs = Table([.. Cells("sgd", "a", (1, 1))]).Select(row => (row.Metric, row.Against)).ToArray();

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

    // A cell for each seed, trained from a loss far above.
    private static IEnumerable<FlatnessRow> Cells(
        string optimizer, string optimizee, params (double Sharpness, double Gap)[] cells) =>
        cells.Index().SelectMany(cell => Metrics.Select(metric => metric.Name)
            .Concat(["train_loss", "untrained_loss"]).Concat(FlatnessMeter.Gaps)
            .Select(metric => new FlatnessRow(
                optimizer,
                optimizee,
                cell.Index,
                metric,
                metric == "untrained_loss" ? 100 : FlatnessMeter.Gaps.Contains(metric) ? cell.Item.Gap : cell.Item.Sharpness,
                0,
                null,
                null)));
}
