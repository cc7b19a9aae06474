using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class EvaluateCommandTests : IDisposable
{
    private const string Compare = """
        name: compare
        optimizers:
          - {name: untrained, kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
          - {kind: sgd, learning_rate: [1e-4, 1e-2, 5e-2, 1e3]}
          - {name: wild, kind: sgd, learning_rate: 1e3}
        optimizees:
          - {kind: quadratic, dimension: 3, instances: 8}
          - {kind: rosenbrock}
        steps: 30
        seeds: 3
        tuning_seeds: 2
        record_every: 10
        targets: [0.5]
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ARunLeavesCurvesTuningAndSummaryAndPrintsATable()
    {
        var result = Evaluate("run");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("run", result.Output.Split('\n')[^1]);
        Assert.Contains("learning_rate=", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            "optimizer,optimizee,seed,step,batch_loss,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy,seconds",
            Lines("run/curves.csv")[0]);
        Assert.Equal(
            "optimizer,optimizee,metric,mean,std,ci_low,ci_high,runs,diverged", Lines("run/summary.csv")[0]);
        Assert.Equal(1 + (2 * 4 * 2), Lines("run/tuning.csv").Length);
        Assert.Equal(3 * 4, Lines("run/curves.csv").Count(line => line.StartsWith("untrained,rosenbrock,", StringComparison.Ordinal)));
    }

    [Fact]
    public void ADivergedCellIsCountedAndTheRestGoesOn()
    {
        Evaluate("run");

        var wild = Lines("run/summary.csv").Where(line => line.StartsWith("wild,", StringComparison.Ordinal)).ToArray();
        var tuned = Lines("run/summary.csv").First(line => line.StartsWith("sgd,quadratic", StringComparison.Ordinal));
        Assert.All(wild, line => Assert.Equal("3", line.Split(',')[^1]));
        Assert.Equal("0", tuned.Split(',')[^1]);
    }

    [Fact]
    public void AGridOfWhichEverySettingDivergedIsWarnedOfAndMarked()
    {
        var result = Evaluate("run", "--set", "optimizers=[{kind: sgd, learning_rate: [1e3, 1e4]}]");

        Assert.Contains(
            "warning: sgd on rosenbrock: every setting of its grid diverged on Validation, so none was chosen and the first, "
            + "learning_rate=1000, is compared",
            result.Error.Replace("\"", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains(
            "chosen on Validation:\n  sgd  learning_rate=1000 (none chosen: every setting diverged)", result.Output, StringComparison.Ordinal);
    }

    // Each step multiplies theta by some 1e5.
    [Fact]
    public void HugeNumbersHaveExponentsAndLinesAreShort()
    {
        var result = Evaluate("run", "--set", "diverged_above=1e290", "--set", "optimizees=[{kind: bowl}]", "--set", "steps=3");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"\nwild +\d\.\d{3}e\d\d", result.Output);
        Assert.DoesNotMatch(@"\d{7}", result.Output);
        Assert.All(result.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Fact]
    public void ASumHasAShortNameInEveryTable()
    {
        var result = Evaluate(
            "run", "--set",
            "optimizees=[{kind: sum, terms: [{kind: quadratic, dimension: 3}, {kind: rosenbrock}, {kind: bowl}]}]");

        Assert.Equal(0, result.ExitCode);
        Assert.All(
            new[] { "curves", "tuning", "summary" }.SelectMany(table => Lines($"run/{table}.csv").Skip(1)),
            line => Assert.Matches("^[a-z]+,sum [a-z+]+ [0-9a-f]{6},", line));
        Assert.Matches("(^|\n)sum quadratic\\+rosenbrock\\+bowl [0-9a-f]{6}\n", result.Output);
    }

    [Fact]
    public void OptimizersStartFromTheSamePlaceUnderOneSeed()
    {
        Evaluate("run");

        var starts = Lines("run/curves.csv").Select(line => line.Split(','))
            .Where(row => row[1].StartsWith("quadratic", StringComparison.Ordinal) && row[2] == "1" && row[3] == "0")
            .Select(row => row[4]);
        Assert.Single(starts.Distinct());
    }

    [Fact]
    public void AnInterruptedRunIsResumedToTheSameRows()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string[] longer = ["--set", "steps=400"];
        Evaluate("whole", longer);

        var ended = _program.RunUntil(
            "cut/curves.csv", 120, "KILL", ["evaluate", "--config", "compare.yaml", "--run", "cut", "--quiet", .. longer]);
        var resumed = _program.Run(
            ["evaluate", "--config", "compare.yaml", "--run", "cut", "--resume", "--quiet", "--jobs", "3", .. longer]);

        Assert.Equal(137, ended.ExitCode);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(WithoutSeconds("whole/curves.csv"), WithoutSeconds("cut/curves.csv"));
        Assert.Equal(Lines("whole/tuning.csv"), Lines("cut/tuning.csv"));
    }

    [Fact]
    public void AnyNumberOfJobsGivesTheSameTables()
    {
        Evaluate("one", "--jobs", "1");
        Evaluate("five", "--jobs", "5");

        Assert.Equal(WithoutSeconds("one/curves.csv"), WithoutSeconds("five/curves.csv"));
        Assert.Equal(Lines("one/tuning.csv"), Lines("five/tuning.csv"));
        Assert.Equal(NotOfSeconds("one/summary.csv"), NotOfSeconds("five/summary.csv"));
    }

    [Fact]
    public void LessThanOneJobIsAUsageError()
    {
        var result = Evaluate("run", "--jobs", "0");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--jobs: choose 1 or more", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ACheckpointThatIsNoneIsOneSentence()
    {
        _program.Write("broken.safetensors", "not a checkpoint at all");

        var result = Evaluate("run", "--checkpoint", "broken.safetensors");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("broken.safetensors: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_program.Folder, "run")));
    }

    [Fact]
    public void ATrainedCheckpointIsComparedUnderItsRunsName()
    {
        _program.Write("train.yaml", """
            name: small
            optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            meta: {iterations: 2, steps: 10, unroll: 5}
            validation: {every: 1, episodes: 1}
            """);
        Assert.Equal(0, _program.Run("train", "--config", "train.yaml", "--run", "taught", "--quiet").ExitCode);

        var result = Evaluate("run", "--checkpoint", "taught/checkpoints/best.safetensors");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(Lines("run/summary.csv"), line => line.StartsWith("taught,", StringComparison.Ordinal));
    }

    // And goes on from what such a run left behind, whose config names both grids.
    [Fact]
    public void CheckpointsOfTwoKindsAreEachTunedByTheGridThatFitsTheirKind()
    {
        foreach (var (run, options) in new[] { ("celo2", "orthogonalize: true, schedule: {kind: cosine, warmup: 2}"), ("dm", "hidden: [4]") })
        {
            _program.Write("train.yaml", $$"""
                name: small
                optimizer: {kind: {{run}}, {{options}}}
                optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
                meta: {iterations: 2, steps: 10, unroll: 5}
                validation: {every: 1, episodes: 1}
                """);
            Assert.Equal(0, _program.Run("train", "--config", "train.yaml", "--run", run, "--quiet").ExitCode);
        }

        string[] given =
        [
            "--checkpoint", "celo2", "--checkpoint", "dm", "--set", "update_scale=[0.5, 1]", "--set", "learning_rate=[1e-3, 1e-2, 1e-1]",
            "--set", "optimizers=[]", "--set", "optimizees=[{kind: rosenbrock}]",
        ];
        var result = Evaluate("run", given);

        Assert.Equal(0, result.ExitCode);
        var tuned = Lines("run/tuning.csv");
        Assert.Equal(2 * 3, tuned.Count(line => line.StartsWith("celo2,rosenbrock,learning_rate=", StringComparison.Ordinal)));
        Assert.Equal(2 * 2, tuned.Count(line => line.StartsWith("dm,rosenbrock,update_scale=", StringComparison.Ordinal)));
        Assert.Equal(0, _program.Run(["evaluate", "--config", "compare.yaml", "--run", "run", "--resume", "--quiet", .. given]).ExitCode);
        Assert.Equal(0, _program.Run("verify", "run").ExitCode);

        Assert.Equal(0, Evaluate("scheduled", [.. given, "--set", "schedule={kind: linear, final: 0.5}"]).ExitCode);
        string[] Of(string run, string optimizer) =>
            [.. NotOfSeconds($"{run}/outcomes.csv").Where(line => line.StartsWith(optimizer, StringComparison.Ordinal))];
        Assert.Equal(Of("run", "dm,"), Of("scheduled", "dm,"));
        Assert.NotEqual(Of("run", "celo2,"), Of("scheduled", "celo2,"));
    }

    private Result Evaluate(string run, params string[] more)
    {
        _program.Write("compare.yaml", Compare);
        return _program.Run(["evaluate", "--config", "compare.yaml", "--run", run, "--quiet", .. more]);
    }

    private string[] Lines(string name) => File.ReadAllLines(Path.Combine(_program.Folder, name));

    private string[] NotOfSeconds(string name) =>
        [.. Lines(name).Where(line => !line.Contains("seconds", StringComparison.Ordinal))];

    private string[] WithoutSeconds(string name) => [.. Lines(name).Select(line => line[..line.LastIndexOf(',')])];
}
