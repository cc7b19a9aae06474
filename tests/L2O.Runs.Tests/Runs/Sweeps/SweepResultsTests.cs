using L2O.Errors;
using L2O.Randomness;
using L2O.Runs;
using L2O.Runs.Sweeps;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Runs.Sweeps;

public sealed class SweepResultsTests
{
    // Means of rows 2, 4 and 6, of columns 3, 4 and 5: see the test of CrossedMean. The reference is 1 in every run.
    [Fact]
    public void AnArmHasTheMeanAndTheIntervalOfItsCrossedSeeds()
    {
        using SweepStudy study = new();
        study.Add(Table("flat", "mlp", "final_test_loss", [[2, 1, 3], [3, 4, 5], [4, 7, 7]]));
        study.Add(Table("none", "mlp", "final_test_loss", [[1, 1, 1], [1, 1, 1], [1, 1, 1]]));

        var results = study.Results("none");

        var half = StudentT.TwoSidedQuantile(0.95, 196 / (72 + 4.5 + 0.25)) * Math.Sqrt(14 / 9.0);
        var flat = results.Arms.First(row => row.Arm == "flat");
        var difference = results.Differences.Single(row => row.Measure == "difference");
        Assert.Equal(new("flat", "unseen", "mlp", "final_test_loss", 4, flat.CiLow, flat.CiHigh, 1, 7, 3, 3, 0, 0), flat);
        Assert.Equal((4 - half, 4 + half), (flat.CiLow ?? 0, flat.CiHigh ?? 0), Close);
        Assert.Equal(new("none", "unseen", "mlp", "final_test_loss", 1, 1, 1, 1, 1, 3, 3, 0, 0), results.Arms.First(row => row.Arm == "none"));
        Assert.Equal(("flat", "none", 3, 0, 6), (difference.Arm, difference.Reference, difference.Value, difference.Least, difference.Most));
        Assert.Equal((3 - half, 3 + half), (difference.CiLow ?? 0, difference.CiHigh ?? 0), Close);
    }

    // Half, a third and a quarter of the reference on three optimizees, and a thousand times on a fourth.
    [Fact]
    public void ARatioIsTheTypicalOneOverAllOptimizees()
    {
        using SweepStudy study = new();
        study.Add(new[] { 1 / 3.0, 1000, 1 / 2.0, 1 / 4.0 }.Index().SelectMany(net => (Fact[])
        [
            .. Table("flat", $"net {net.Index}", "final_test_loss", [[net.Item, 2 * net.Item], [3 * net.Item, 4 * net.Item]]),
            .. Table("none", $"net {net.Index}", "final_test_loss", [[1, 2], [3, 4]]),
        ]));

        var ratio = study.Results("none").Differences.Single(row => row.Measure == "ratio");

        Assert.Equal(("flat", "all", 2, 2), (ratio.Arm, ratio.Optimizee, ratio.MetaSeeds, ratio.Seeds));
        Assert.Equal(Math.Sqrt(1 / 6.0), ratio.Value, 1e-12);
        Assert.Equal((null, null), (ratio.CiLow, ratio.CiHigh));
    }

    [Fact]
    public void AReferenceMayBeAnOptimizerOfTheConfigs()
    {
        using SweepStudy study = new();
        study.Add(Table("flat", "mlp", "final_test_loss", [[2, 4], [3, 5]]));
        study.Add([.. Handcrafted("adam", [1, 2]), .. Handcrafted("sgd", [3, 3])]);

        var differences = study.Results("adam").Differences.Where(row => row.Measure == "difference").ToArray();

        Assert.Equal(["flat", "sgd"], differences.Select(row => row.Arm));
        Assert.Equal([2, 1.5], differences.Select(row => row.Value));
        Assert.Equal([1, 1], differences.Select(row => row.Least));
        Assert.Equal([2, 0], differences.Select(row => row.MetaSeeds));
    }

    [Fact]
    public void ArmsComeInTheOrderOfTheSweepAndOptimizersAfterThem()
    {
        using SweepStudy study = new();
        study.Add(Handcrafted("adam", [1, 2]));
        study.Add(Table("second", "mlp", "final_test_loss", [[1, 2]]));
        study.Add(Table("first", "mlp", "final_test_loss", [[1, 2]]));

        Assert.Equal(["second", "first", "adam"], study.Results(null).Arms.Select(row => row.Arm));
        Assert.Empty(study.Results(null).Differences);
    }

    [Fact]
    public void ADivergedRunIsInfiniteOrNoNumberAndCounted()
    {
        using SweepStudy study = new();
        study.Add(
        [
            .. Table("flat", "mlp", "final_test_loss", [[1, 2, 3], [1, 2, 3], [1, 2, 3]]).Select(Diverged),
            .. Table("flat", "mlp", "loss_gap", [[1, 2, 3], [1, 2, 3], [1, 2, 3]]).Select(Diverged),
        ]);

        var (loss, gap) = study.Results(null).Arms switch { [var a, var b] => (a, b), _ => throw new InvalidOperationException() };

        Assert.Equal(new(loss.Arm, "unseen", "mlp", "final_test_loss", double.PositiveInfinity, null, null, 1, double.PositiveInfinity, 3, 3, 1, 0), loss);
        Assert.Equal(new(gap.Arm, "unseen", "mlp", "loss_gap", double.NaN, null, null, double.NaN, double.NaN, 3, 3, 1, 0), gap);

        static Fact Diverged(Fact fact) => fact with { IsDiverged = fact is { MetaSeed: 2, Seed: 1 } };
    }

    [Fact]
    public void ATargetThatWasNotReachedIsMissingAndWhatBelongsBesideItIsCounted()
    {
        using SweepStudy study = new();
        study.Add(Table("flat", "mlp", "steps_to_train_loss_1", [[100, 200, 300], [110, null, 310], [120, 220, 320]]));

        var row = Assert.Single(study.Results(null).Arms);

        Assert.Equal((2, 3, 0, 2), (row.MetaSeeds, row.Seeds, row.Diverged, row.LeftOut));
        Assert.Equal(210, row.Mean);
    }

    // Where adam never reached the target there is no ratio at all, though there is a difference on the other optimizee.
    [Fact]
    public void ARatioIsOverAllOptimizeesOrThereIsNone()
    {
        using SweepStudy study = new();
        study.Add(
        [
            .. Table("flat", "easy", "steps_to_train_loss_1", [[100, 200]]), .. Table("flat", "hard", "steps_to_train_loss_1", [[100, 200]]),
            .. Table("flat", "easy", "loss_gap", [[1, 2]]), .. Table("flat", "easy", "accuracy", [[0, 0.5]]),
        ]);
        study.Add(
        [
            .. Handcrafted("adam", [50, 60], "easy", "steps_to_train_loss_1"), .. Handcrafted("adam", [null, null], "hard", "steps_to_train_loss_1"),
            .. Handcrafted("adam", [1, 2], "easy", "loss_gap"), .. Handcrafted("adam", [0.5, 0.5], "easy", "accuracy"),
        ]);

        var differences = study.Results("adam").Differences;

        Assert.DoesNotContain(differences, row => row.Measure == "ratio");
        Assert.Equal(
            [("easy", "steps_to_train_loss_1"), ("easy", "loss_gap"), ("easy", "accuracy")],
            differences.Select(row => (row.Optimizee, row.Metric)));
    }

    // NaN stands in flatness.csv for every number of a diverged run, also for those that the optimizee does not have.
    [Fact]
    public void AnAnalysisThatDivergedHasTheNumbersOfTheOthers()
    {
        using SweepStudy study = new();
        Fact Of(long metaSeed, string metric, double? value) => new("analyze", "flatness", "flat", metaSeed, "bowl", 0, metric, value);
        study.Add([Of(1, "hessian_ev", 2), Of(1, "train_loss", 3), Of(1, "train_accuracy", null)]);
        study.Add(
        [
            Of(2, "hessian_ev", 0) with { IsDiverged = true }, Of(2, "train_loss", 0) with { IsDiverged = true },
            Of(2, "train_accuracy", 0) with { IsDiverged = true },
        ]);

        var rows = study.Results(null).Arms;

        Assert.Equal(["hessian_ev", "train_loss"], rows.Select(row => row.Metric));
        Assert.Equal([double.NaN, double.PositiveInfinity], rows.Select(row => row.Mean));
        Assert.All(rows, row => Assert.Equal((2, 1), (row.MetaSeeds, row.Diverged)));
    }

    [Fact]
    public void OfTimesThereAreArmsAndNoDifferences()
    {
        using SweepStudy study = new();
        study.Add(Table("flat", "mlp", "seconds", [[2, 4]]));
        study.Add(Table("none", "mlp", "seconds", [[1, 2]]));

        var results = study.Results("none");

        Assert.Equal([3, 1.5], results.Arms.Select(row => row.Mean));
        Assert.All(results.Arms, row => Assert.Equal(0, SweepTables.Arms.WithoutTimes(row).Mean));
        Assert.Empty(results.Differences);
    }

    [Fact]
    public void RunsThatAreNotCompleteAreLeftOutByName()
    {
        using SweepStudy study = new();
        study.Add("train", "learn", "none", 4, RunStatus.Diverged, "the meta-loss is not finite\nat iteration 3");
        study.Add(Table("none", "mlp", "final_test_loss", [[1, 2]]));
        study.Add(Table("flat", "mlp", "final_test_loss", [[1, 2]]), RunStatus.Running);
        study.Add("evaluate", "unseen", "none", 2, RunStatus.Interrupted);
        study.Add("evaluate", "unseen", "none", 3, RunStatus.Failed, "disk full");
        study.Add("evaluate", "unseen", "none", 4, null);
        study.Add("evaluate", "unseen", null, null, null);
        study.Add("evaluate", "unseen", "none", 5, RunStatus.Completed);

        var results = study.Results("none");

        Assert.Equal((1, 2), (Assert.Single(results.Arms).MetaSeeds, results.Arms[0].Seeds));
        Assert.Equal(
            [
                new("evaluate/unseen/flat-s1", "is at work, or was killed"),
                new("evaluate/unseen/none-s2", "was interrupted"),
                new("evaluate/unseen/none-s3", "failed: disk full"),
                new("evaluate/unseen/none-s4", "is not begun: train/none-s4 diverged: the meta-loss is not finite"),
                new("evaluate/unseen/optimizers", "is not begun"),
                new("evaluate/unseen/none-s5", "has no outcomes.csv: another version of l2o made it"),
            ],
            results.Missing);
    }

    [Fact]
    public void ADamagedTableAndADirectoryWithoutASweepAreSaid()
    {
        using SweepStudy study = new();
        study.Add(Table("none", "mlp", "final_test_loss", [[1, 2]]));
        File.WriteAllText(Path.Combine(study.Root, "evaluate/unseen/none-s1/outcomes.csv"), "a,b\n");

        Assert.Contains("holds no sweep", Assert.Throws<ConfigException>(() => SweepResults.Of(study.Root)).Message, StringComparison.Ordinal);
        Assert.Contains("outcomes.csv: ", Assert.Throws<CheckpointException>(() => study.Results(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TablesAreWrittenAndReadBackAndHaveTheSameBytesEveryTime()
    {
        using SweepStudy study = new();
        study.Add(Table("flat", "mlp, \"deep\"", "final_test_loss", [[1 / 3.0, 2], [double.NaN, 1]]));
        study.Add(Table("none", "mlp, \"deep\"", "final_test_loss", [[1, 2], [1, 1]]));

        study.Results("none").Write(study.Root);
        var first = Bytes();
        study.Results("none").Write(study.Root);

        Assert.Equal(first, Bytes());
        Assert.Equal(study.Results("none").Arms, SweepTables.Arms.RowsIn(study.Root));
        Assert.Equal(study.Results("none").Differences, SweepTables.Differences.RowsIn(study.Root));

        byte[][] Bytes() => [File.ReadAllBytes(SweepTables.Arms.PathIn(study.Root)), File.ReadAllBytes(SweepTables.Differences.PathIn(study.Root))];
    }

    public static TheoryData<int, int, int, int, string> Studies => new()
    {
        { 1, 1, 5, 1, "none" },
        { 2, 2, 4, 2, "none" },
        { 3, 3, 3, 4, "none" },
        { 4, 4, 4, 5, "none" },
        { 5, 5, 4, 3, "adam" },
        { 6, 3, 2, 2, "adam" },
        { 7, 6, 3, 3, "sgd" },
        { 8, 1, 1, 1, "adam" },
    };

    // With gaps, divergence, runs that are not complete, optimizees without an accuracy and targets that were not reached.
    [Theory]
    [MemberData(nameof(Studies))]
    public void EveryNumberIsThatOfASecondImplementation(int study, int metaSeeds, int seeds, int optimizees, string reference)
    {
        using SweepStudy sweep = new();
        GeneratedStudy generated = new(RandomStreams.FromSeed(study).Scalars(), metaSeeds, seeds, optimizees);
        sweep.Add(generated.Complete);
        sweep.Add(generated.AtWork, RunStatus.Running);
        SlowResults slow = new(generated.Complete);

        var results = sweep.Results(reference);

        Assert.NotEmpty(slow.Ratios(reference));
        AssertSame(slow.Arms(), results.Arms.ToDictionary(row => (row.Arm, row.Config, row.Optimizee, row.Metric), Of));
        AssertSame(
            slow.Differences(reference),
            results.Differences.Where(row => row.Measure == "difference").ToDictionary(row => (row.Arm, row.Config, row.Optimizee, row.Metric), Of));
        AssertSame(
            slow.Ratios(reference),
            results.Differences.Where(row => row.Measure == "ratio").ToDictionary(row => (row.Arm, row.Config, row.Metric), Of));
        Assert.Equal(generated.AtWork.Count > 0, results.Missing.Count > 0);
    }

    private static SlowMean Of(ArmRow row) => new(
        row.Mean, row.CiLow, row.CiHigh, row.Least, row.Most, row.MetaSeeds, row.Seeds, row.Diverged, row.LeftOut);

    private static SlowMean Of(DifferenceRow row) => new(
        row.Value, row.CiLow, row.CiHigh, row.Least, row.Most, row.MetaSeeds, row.Seeds, row.Diverged, row.LeftOut);

    private static void AssertSame<TKey>(Dictionary<TKey, SlowMean> expected, Dictionary<TKey, SlowMean> actual)
        where TKey : notnull
    {
        Assert.Equal(expected.Keys.ToHashSet(), actual.Keys.ToHashSet());
        Assert.All(expected, entry =>
        {
            var (slow, fast) = (entry.Value, actual[entry.Key]);
            Assert.Equal((slow.MetaSeeds, slow.Seeds, slow.Diverged, slow.LeftOut), (fast.MetaSeeds, fast.Seeds, fast.Diverged, fast.LeftOut));
            AssertClose(slow.Mean, fast.Mean);
            AssertClose(slow.Least, fast.Least);
            AssertClose(slow.Most, fast.Most);
            Assert.Equal((slow.Low is null, slow.High is null), (fast.Low is null, fast.High is null));
            AssertClose(slow.Low ?? 0, fast.Low ?? 0);
            AssertClose(slow.High ?? 0, fast.High ?? 0);
        });
    }

    // Simpson's rule gives the quantile to about 1e-7 where the power of the cosine is small.
    private static void AssertClose(double expected, double actual)
    {
        if (double.IsFinite(expected))
        {
            Assert.Equal(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)));
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }

    private static bool Close((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 1e-12;

    private static Fact[] Table(string arm, string optimizee, string metric, double?[][] rows) =>
    [
        .. rows.SelectMany((row, i) => row.Select((value, j) => new Fact("evaluate", "unseen", arm, i + 1, optimizee, j, metric, value))),
    ];

    private static Fact[] Handcrafted(string name, double?[] values, string optimizee = "mlp", string metric = "final_test_loss") =>
        [.. values.Select((value, j) => new Fact("evaluate", "unseen", name, null, optimizee, j, metric, value))];
}
