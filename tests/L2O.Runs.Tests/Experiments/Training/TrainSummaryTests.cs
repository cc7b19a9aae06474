using L2O.Experiments.Training;
using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Experiments.Training;

public sealed class TrainSummaryTests
{
    private static readonly RegularizerOptions _none = new() { Metric = new NoRegularizer() };

    [Fact]
    public void ATrainingThatHelpedSaysByHowMuchAndWhen() => AssertSays(
        hasHelped: true,
        ["Validation 1.853 at iteration 0, best 0.41 at 80 (0.22 of the untrained), last 0.43 at 100"],
        Row(0, 1.853, isBest: true), Row(40, 0.6, isBest: true), Row(80, 0.41, isBest: true), Row(100, 0.43));

    [Fact]
    public void ATrainingThatDidNotHelpSaysSo() => AssertSays(
        hasHelped: false,
        [
            "Validation 1.853 at iteration 0, best 1.853 at 0, last 2.3 at 10: training did not help; "
                + "best.safetensors is the untrained phi",
        ],
        Row(0, 1.853, isBest: true), Row(10, 2.3));

    [Fact]
    public void LossesWithoutAScaleAreNotSetInProportion() => AssertSays(
        hasHelped: true,
        ["Validation -4 at iteration 0, best -4.9 at 5, last 1E+30 at 10"],
        Row(0, -4, isBest: true), Row(5, -4.9, isBest: true), Row(10, 1e30));

    // The best is chosen over all optimizees, so it need not be the best of each.
    [Fact]
    public void EachOfSeveralOptimizeesHasItsOwnSentence() => AssertSays(
        hasHelped: true,
        [
            "Validation of a: 2 at iteration 0, 1 at 5, the best over all optimizees (0.5 of the untrained), last 0.9 at 10",
            "Validation of b: 1 at iteration 0, 1.1 at 5, the best over all optimizees (1.1 of the untrained), last NaN at 10",
        ],
        Row(0, 2, isBest: true, "a"), Row(0, 1, isBest: true, "b"), Row(5, 1, isBest: true, "a"),
        Row(5, 1.1, isBest: true, "b"), Row(10, 0.9, optimizee: "a"), Row(10, double.NaN, optimizee: "b"));

    [Fact]
    public void ManyOptimizeesShareASentence()
    {
        var start = Rows(0, isBest: true, 1, 2, 4, 5);

        AssertSays(
            hasHelped: true,
            ["Validation of 4 optimizees: 0.5 to 0.7 of the untrained loss is left at 5, the best and the last"],
            [.. start, .. Rows(5, isBest: true, 0.5, 1.2, 2, 3.5)]);
        AssertSays(
            hasHelped: true,
            ["Validation of 4 optimizees: 0.5 to 0.7 of the untrained loss is left at 5, the best, and 0.2 to 1 at 9, the last"],
            [.. start, .. Rows(5, isBest: true, 0.5, 1.2, 2, 3.5), .. Rows(9, isBest: false, 0.2, 2, 4, 5)]);
        Assert.Equal(
            4, Summary(_none, new([], Weight: null), [.. start, .. Rows(5, isBest: true, 0.5, 1.2, double.NaN, 3.5)], []).Sentences.Count);
    }

    [Fact]
    public void SeveralOptimizeesThatWereNotHelpedAreToldOnce() => AssertSays(
        hasHelped: false,
        [
            "Validation of a: 2 at iteration 0, 2 at 0, the best over all optimizees, last 3 at 10",
            "Validation of b: 1 at iteration 0, 1 at 0, the best over all optimizees, last 1 at 10",
            "Training did not help; best.safetensors is the untrained phi",
        ],
        Row(0, 2, isBest: true, "a"), Row(0, 1, isBest: true, "b"), Row(10, 3, optimizee: "a"), Row(10, 1, optimizee: "b"));

    [Fact]
    public void AnOptimizeeThatCameLaterIsToldFromThereOn() => AssertSays(
        hasHelped: true,
        ["Validation 7 at iteration 10, best 7 at 10, last 6 at 15"],
        Row(0, 2, isBest: true), Row(5, 1, isBest: true), Row(10, 7, optimizee: "b"), Row(15, 6, optimizee: "b"));

    // A stage opens with the best phi of the stage before, which is no new one.
    [Fact]
    public void OfACurriculumTheLastStageIsToldAndWhichPhiWasSaved() => AssertSays(
        hasHelped: true,
        [
            "Validation in stage 1: 0.8 at iteration 10, best 0.8 at 10, last 0.9 at 15",
            "The best phi, in best.safetensors, is that of iteration 5",
        ],
        Row(0, 2, isBest: true), Row(5, 1, isBest: true), Row(10, 1.5), Row(10, 0.8, isBest: true, stage: 1), Row(15, 0.9, stage: 1));

    [Fact]
    public void AStageOpenedByTheUntrainedPhiHasNotHelped() => AssertSays(
        hasHelped: false,
        [
            "Validation in stage 1: 0.8 at iteration 10, best 0.8 at 10, last 0.9 at 15",
            "Training did not help; best.safetensors is the untrained phi",
        ],
        Row(0, 2, isBest: true), Row(10, 3), Row(10, 0.8, isBest: true, stage: 1), Row(15, 0.9, stage: 1));

    [Fact]
    public void TheRegularizersShareIsThatOfTheLastUnrollsThatHaveIt()
    {
        RegularizerOptions weighted = new() { Metric = new SpectralNormOptions(), Weight = 0.5 };
        var shared = weighted with { Weight = null, Share = 0.1 };
        RegularizerCalibration set = new([.. Enumerable.Repeat(1.0, 20)], Weight: 0.01234);
        MetaRow[] rows =
        [
            Unroll(0.9), .. Enumerable.Range(0, 10).SelectMany(_ => new[] { Unroll(0.1), Unroll(null), Unroll(0.2) }),
            Unroll(double.NaN, skipped: 1),
        ];

        Assert.Equal(
            "Regularizer hessian_ev: weight 0.01234, a share of 0.15 over the last 20 unrolls that have it (regularizer.share: 0.1)",
            RegularizerSentence(shared, set, rows));
        Assert.Equal(
            "Regularizer hessian_ev: weight 0.5, a share of 0.9 over the last 1 unrolls that have it",
            RegularizerSentence(weighted, new([], null), rows[..1]));
        Assert.Equal(
            "Regularizer hessian_ev: weight 0.5, a value of 1 over the last 2 unrolls that have it",
            RegularizerSentence(weighted, new([], null), [Unroll(null), Unroll(null, skipped: 1), Unroll(null)]));
        Assert.Equal("Regularizer hessian_ev: weight 0.5, in no unroll", RegularizerSentence(weighted, new([], null), []));
        Assert.Equal(
            "Regularizer hessian_ev: no weight, for 3 of 20 unrolls were measured; it never counted",
            RegularizerSentence(shared, new([1, 2, 3], null), []));
        Assert.Null(RegularizerSentence(weighted with { Weight = 0 }, new([], null), rows));
        Assert.Null(RegularizerSentence(_none, new([], null), rows));
    }

    private static void AssertSays(bool hasHelped, string[] sentences, params ValidationRow[] rows)
    {
        var summary = Summary(_none, new([], Weight: null), rows, []);

        Assert.Equal(hasHelped, summary.HasHelped);
        Assert.Equal(sentences, summary.Sentences);
    }

    private static string? RegularizerSentence(RegularizerOptions options, RegularizerCalibration regularizer, MetaRow[] rows) =>
        Summary(options, regularizer, [Row(0, 1, isBest: true)], rows).Sentences.Skip(1).SingleOrDefault();

    private static TrainSummary Summary(
        RegularizerOptions options, RegularizerCalibration regularizer, ValidationRow[] rows, MetaRow[] unrolls)
    {
        using TemporaryFolder folder = new();
        using (var tables = OpenTables.In(folder.Root, [RunTables.Meta, RunTables.Validation], reached: null))
        {
            foreach (var row in rows)
            {
                tables.Append(RunTables.Validation, row);
            }

            foreach (var row in unrolls)
            {
                tables.Append(RunTables.Meta, row);
            }
        }

        return TrainSummary.Of(folder.Root, options, regularizer);
    }

    private static ValidationRow[] Rows(long iteration, bool isBest, params double[] losses) =>
        [.. losses.Select((loss, i) => Row(iteration, loss, isBest, $"optimizee {i}"))];

    private static ValidationRow Row(long iteration, double loss, bool isBest = false, string optimizee = "a", int stage = 0) =>
        new(iteration, stage, optimizee, loss, isBest, Seconds: 0);

    private static MetaRow Unroll(double? share, int skipped = 0) =>
        new(0, 0, "a", 1, 1, RegularizerValue: 1, share, 1, skipped, 0, null, 0, 0);
}
