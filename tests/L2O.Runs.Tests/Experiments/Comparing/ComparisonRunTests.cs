using System.Globalization;
using L2O.Evaluation;
using L2O.Experiments;
using L2O.Experiments.Comparing;
using L2O.Optimizees;
using L2O.Optimizers.Handcrafted;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Statistics;
using L2O.Tests.Experiments.Training;
using L2O.Tests.Support;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace L2O.Tests.Experiments.Comparing;

public sealed class ComparisonRunTests : IDisposable
{
    private static readonly EvaluateConfig Evaluate = new()
    {
        Name = "compare",
        Optimizers = [],
        Optimizees = [],
        Steps = 3,
        Seeds = 2,
        RecordEvery = 1,
    };

    private static readonly AnalyzeConfig Analyze = new()
    {
        Name = "analyze",
        Optimizers = [],
        Optimizees = [],
        Steps = 3,
        Seeds = 2,
        Resamples = 5,
        Slices = new() { Points = 3, PlanePoints = 2 },
    };

    private static readonly ComparedOptimizer[] Optimizers =
    [
        new("sgd", [new("learning_rate=0.1", [], Sgd(0.1)), new("learning_rate=0.2", [], Sgd(0.2))]),
        new("slow", [new("", [], Sgd(0.01))]),
        new("slower", [new("", [], Sgd(0.001))]),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly List<bool> _isGateClosed = [];

    [Fact]
    public void AnyNumberOfJobsLeavesTheSameTables()
    {
        Run(Evaluate, "one", jobs: 1);
        Run(Evaluate, "two", jobs: 2);
        Run(Analyze, "flat one", jobs: 1);
        Run(Analyze, "flat two", jobs: 2);

        AssertSame("one", "two", RunTables.Curves, RunTables.Outcomes, RunTables.Tuning, RunTables.Summary);
        AssertSame(
            "flat one", "flat two", RunTables.Flatness, RunTables.Esd, RunTables.Slices, RunTables.Planes, RunTables.Correlations);
    }

    [Fact]
    public void TheSettingThatWasChosenStandsInTheTable()
    {
        Run(Evaluate, "run", jobs: 1);

        var rows = RunTables.Tuning.RowsIn(_folder.File("run"));

        Assert.Equal(2, rows.Count);
        Assert.Equal(rows.MinBy(row => row.ValidationLoss)?.Setting, Assert.Single(rows, row => row.Chosen).Setting);
    }

    [Fact]
    public void TheLastCellOfEitherKindIsRunAgainAndFinalizersWaitForSafePointsMeanwhile()
    {
        Run(Evaluate, "run", jobs: 1);
        Run(Analyze, "flat", jobs: 1);
        _isGateClosed.Clear();

        AssertAllOk(Verify(Evaluate, "run", Optimizers), "4 rows of curves.csv");
        AssertAllOk(Verify(Analyze, "flat", Optimizers), "3 rows of slices.csv");

        Assert.NotEmpty(_isGateClosed);
        Assert.DoesNotContain(false, _isGateClosed);
        Assert.False(Gate.IsClosed());
    }

    [Fact]
    public void TheSummaryIsMadeOfTheOutcomes()
    {
        Run(Evaluate, "run", jobs: 2);

        var outcomes = RunTables.Outcomes.RowsIn(_folder.File("run"));
        var summary = RunTables.Summary.RowsIn(_folder.File("run"));

        Assert.Equal(3 * 2 * 32, outcomes.Count);
        Assert.Equal(Enumerable.Repeat("sgd", 64), outcomes.Take(64).Select(row => row.Optimizer));
        Assert.Equal([.. Enumerable.Repeat(0L, 32), .. Enumerable.Repeat(1L, 32)], outcomes.Take(64).Select(row => row.Seed));
        Assert.All(summary, row =>
        {
            var values = SampleMean.Of(
                [.. outcomes.Where(run => run.Optimizer == row.Optimizer && run.Metric == row.Metric).Select(run => run.Value).OfType<double>()]);
            Assert.Equal((values.Mean, values.High, values.Count), (row.Mean, row.CiHigh, row.Runs));
        });
    }

    // Four rows are a whole run.
    [Fact]
    public void OfARunThatIsRepeatedInPartThereAreNoOutcomes()
    {
        Run(Evaluate, "run", jobs: 1);

        var texts = new[] { 2, 4, 5 }.Select(rows => Verify(Evaluate, "run", Optimizers, rows)[^1].Text).ToArray();

        Assert.EndsWith("gives the same 2 rows of curves.csv again", texts[0], StringComparison.Ordinal);
        Assert.EndsWith("gives the same 4 rows of curves.csv, 32 rows of outcomes.csv again", texts[1], StringComparison.Ordinal);
        Assert.EndsWith("gives the same 5 rows of curves.csv, 32 rows of outcomes.csv again", texts[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("curves", "slower,bowl,0,1,")]
    [InlineData("summary", "sgd,bowl,seconds")]
    [InlineData("outcomes", "sgd,bowl,1,seconds")]
    public void ARowThatIsAnotherOrTooManyIsFound(string table, string start)
    {
        Run(Evaluate, "run", jobs: 1);
        var path = _folder.File($"run/{table}.csv");
        var lines = File.ReadAllLines(path);
        var place = Array.FindIndex(lines, line => line.StartsWith(start, StringComparison.Ordinal));
        File.WriteAllLines(path, table == "curves"
            ? [.. lines[..place], $"{start}7,7,,7,,0", .. lines[(place + 1)..]]
            : [.. lines, lines[place]]);

        Assert.Contains(Verify(Evaluate, "run", Optimizers), check => !check.IsOk);
    }

    [Fact]
    public void ACorrelationThatTheSolutionsDoNotGiveIsFound()
    {
        Run(Analyze, "flat", jobs: 1);
        var path = RunTables.Correlations.PathIn(_folder.File("flat"));
        var lines = File.ReadAllLines(path);
        File.WriteAllLines(path, [.. lines[..^1], string.Join(',', [.. lines[^1].Split(',')[..^1], "77"])]);

        var wrong = Assert.Single(Verify(Analyze, "flat", Optimizers), check => !check.IsOk);

        Assert.Contains("correlations.csv:", wrong.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void VerifyingUnderAConfigThatLostAnOptimizerSaysWhich()
    {
        Run(Evaluate, "run", jobs: 1);

        var wrong = Assert.Single(Verify(Evaluate, "run", Optimizers[..^1]), check => !check.IsOk);

        Assert.Contains("slower on bowl is done, and the config no longer has it", wrong.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AGridOfWhichEverySettingDivergedIsWarnedOfByName()
    {
        ComparedOptimizer wild = new("wild", [new("learning_rate=1000", [], Sgd(1e3)), new("learning_rate=2000", ["learning_rate"], Sgd(2e3))]);

        var warnings = Run(Evaluate, "run", jobs: 1, [wild]);

        Assert.Equal(
            "wild on bowl: every setting of its grid diverged on Validation, so none was chosen and the first, learning_rate=1000, is "
            + "compared; choose other values",
            Assert.Single(warnings, warning => warning.Contains("grid", StringComparison.Ordinal)));
        Assert.Equal(
            ["learning_rate=1000"], RunTables.Tuning.RowsIn(_folder.File("run")).Where(row => row.Chosen).Select(row => row.Setting));
    }

    // Three steps of `slower` leave 0.988 of the loss, of `slow` 0.886.
    [Fact]
    public void SolutionsThatNeverTrainedAreWarnedOfOnceACell()
    {
        var warnings = Run(Analyze, "flat", jobs: 1, Optimizers);

        Assert.StartsWith("slower on bowl never trained under seed 0, 1: ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.All(
            RunTables.Correlations.RowsIn(_folder.File("flat")).Where(row => row.Against == "loss_gap"),
            row => Assert.Equal((4, 2), (row.Cells, row.Untrained)));
    }

    public void Dispose() => _folder.Dispose();

    private static Sgd Sgd(double rate) => new(new() { LearningRate = rate });

    private void Run(ComparisonConfig config, string name, int jobs) => Run(config, name, jobs, Optimizers);

    private List<string> Run(ComparisonConfig config, string name, int jobs, ComparedOptimizer[] optimizers)
    {
        Warnings warnings = new();
        using var log = new LoggerConfiguration().WriteTo.Sink(warnings, LogEventLevel.Warning).CreateLogger();
        var description = BowlTraining.Description with { Kind = "evaluate", Name = config.Name };
        using var directory = RunDirectory.Create(_folder.File(name), description, TimeProvider.System);
        new ComparisonRun(config, optimizers, Optimizees(), directory, new(jobs), log, TimeProvider.System)
            .Run((_, _) => { }, CancellationToken.None);
        directory.SetStatus(RunStatus.Completed);
        return warnings.Texts;
    }

    private RunCheck[] Verify(ComparisonConfig config, string name, ComparedOptimizer[] optimizers, int rows = 4)
    {
        using RunVerification run = new(_folder.File(name));
        ComparisonVerification verification = new(run, config);
        return [.. verification.Files(), verification.Replay(optimizers, Optimizees(), rows, CancellationToken.None)];
    }

    private WeightedOptimizee[] Optimizees() =>
    [
        new(
            "bowl",
            new FunctionOptimizee(
                x =>
                {
                    _isGateClosed.Add(Gate.IsClosed());
                    return x.square().sum();
                },
                [0.8, -0.6]),
            Weight: 1),
    ];

    private void AssertSame(string run, string other, params Table[] tables) => Assert.All(tables, table => Assert.Equal(
        table.TextIn(_folder.File(run), withTimes: false), table.TextIn(_folder.File(other), withTimes: false)));

    private sealed class Warnings : ILogEventSink
    {
        internal List<string> Texts { get; } = [];

        public void Emit(LogEvent logEvent) =>
            Texts.Add(logEvent.RenderMessage(CultureInfo.InvariantCulture).Replace("\"", "", StringComparison.Ordinal));
    }

    private static void AssertAllOk(IReadOnlyList<RunCheck> checks, string text)
    {
        Assert.All(checks, check => Assert.True(check.IsOk, check.Text));
        Assert.Contains(text, checks[^1].Text, StringComparison.Ordinal);
    }
}
