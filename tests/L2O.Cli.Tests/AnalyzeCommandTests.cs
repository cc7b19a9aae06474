using System.Text.Json;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class AnalyzeCommandTests : IDisposable
{
    private const string Look = """
        name: look
        optimizers:
          - {kind: sgd, learning_rate: [1e-5, 1e-4]}
          - {name: wild, kind: sgd, learning_rate: 1e3}
        optimizees:
          - {kind: mlp, data: synthetic_digits, hidden: [4], batch_size: 16}
          - {kind: rosenbrock}
        steps: 20
        seeds: 2
        flatness: {examples: 50, lanczos_steps: 5}
        metrics:
          - {kind: hessian_ev, iterations: 5}
          - {kind: hessian_trace, probes: 3}
          - {kind: local_entropy, gamma: [100, 1000], pairs: 3}
        slices: {points: 5, plane_points: 3}
        resamples: 20
        """;

    // Metrics: four of flatness, five of losses and accuracies, two gaps.
    private const int Metrics = 11;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ARunLeavesTablesAndPicturesAndPrintsWhatItFound()
    {
        var result = Analyze("run");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("run", result.Output.Split('\n')[^1]);
        Assert.Contains("tau-b", result.Output, StringComparison.Ordinal);
        Assert.Contains("their errors are not independent", result.Output.Replace('\n', ' '), StringComparison.Ordinal);
        Assert.All(result.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal("optimizer,optimizee,seed,metric,value,error,seconds,gradient_evaluations", Lines("run/flatness.csv")[0]);
        Assert.Equal(1 + (2 * 2 * 2 * Metrics), Lines("run/flatness.csv").Length);
        Assert.Equal("optimizer,optimizee,seed,node,weight,residual", Lines("run/esd.csv")[0]);
        Assert.Equal("optimizee,metric,against,tau,ci_low,ci_high,cells,diverged,untrained", Lines("run/correlations.csv")[0]);
        Assert.Contains("sgd,mlp synthetic_digits batch_size=16 4,0,0,", Text("run/slices.csv"), StringComparison.Ordinal);
        Assert.True(File.Exists(At("run/pictures/density-rosenbrock.svg")));
        Assert.True(File.Exists(At("run/pictures/plane-mlp-synthetic_digits-batch_size-16-4.png")));
    }

    [Fact]
    public void ADivergedCellLeavesRowsOfNaNAndIsCounted()
    {
        var result = Analyze("run", "--set", "optimizees=[{kind: rosenbrock}]");

        var wild = Lines("run/flatness.csv").Where(line => line.StartsWith("wild,", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2 * Metrics, wild.Length);
        Assert.All(wild, line => Assert.EndsWith(",NaN,NaN,,", line, StringComparison.Ordinal));
        Assert.DoesNotContain("wild,", Text("run/esd.csv"), StringComparison.Ordinal);
        Assert.Contains("wild on rosenbrock diverged under seed 1", result.Error, StringComparison.Ordinal);
        Assert.All(Lines("run/correlations.csv").Skip(1), line => Assert.Equal("2", line.Split(',')[^2]));
    }

    // On a bowl the steps count, on the network there is nothing but chance after so few.
    [Fact]
    public void OfTwoCellsAndOfUntrainedOnesTheTableSaysWhyItIsEmpty()
    {
        var result = Analyze(
            "run", "--set", "optimizers=[{kind: sgd, learning_rate: 0.01}]", "--set",
            "optimizees=[{kind: bowl}, {kind: mlp, data: synthetic_digits, hidden: [4], batch_size: 16}]");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("all,hessian_ev,loss_gap,,,,2,0,2", Lines("run/correlations.csv"));
        Assert.Contains("no tau: too few cells (2; 4 are needed)", result.Output, StringComparison.Ordinal);
        Assert.Contains("over all optimizees; left out: 0 diverged, 2 untrained", result.Output.Replace('\n', ' '), StringComparison.Ordinal);
        Assert.Contains("on mlp synthetic_digits batch_size=16 4 never trained under seed 0, 1: ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL", 137, "running")]
    [InlineData("TERM", 130, "interrupted")]
    public void AnInterruptedRunIsResumedToTheSameRows(string signal, int exitCode, string status)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string[] slower = ["--set", "metrics.1.probes=500"];
        Analyze("whole", slower);

        var ended = _program.RunUntil(
            "cut/flatness.csv", 12, signal, ["analyze", "--config", "look.yaml", "--run", "cut", "--quiet", .. slower]);
        using var info = JsonDocument.Parse(Text("cut/run.json"));
        var resumed = _program.Run(["analyze", "--config", "look.yaml", "--run", "cut", "--resume", "--quiet", .. slower]);

        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Equal(status, info.RootElement.GetProperty("status").GetString());
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(WithoutSeconds("whole/flatness.csv"), WithoutSeconds("cut/flatness.csv"));
        Assert.All(
            ["tuning.csv", "esd.csv", "slices.csv", "planes.csv", "correlations.csv"],
            name => Assert.Equal(Text($"whole/{name}"), Text($"cut/{name}")));
    }

    [Fact]
    public void ATrainedCheckpointIsAnalyzedUnderItsRunsName()
    {
        _program.Write("train.yaml", """
            name: small
            optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            meta: {iterations: 2, steps: 10, unroll: 5}
            validation: {every: 1, episodes: 1}
            """);
        Assert.Equal(0, _program.Run("train", "--config", "train.yaml", "--run", "taught", "--quiet").ExitCode);

        var result = Analyze(
            "run", "--set", "optimizees=[{kind: rosenbrock}]", "--checkpoint", "taught/checkpoints/best.safetensors");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("\ntaught,rosenbrock,1,local_entropy gamma=1000,", Text("run/flatness.csv"), StringComparison.Ordinal);
    }

    private Result Analyze(string run, params string[] more)
    {
        _program.Write("look.yaml", Look);
        return _program.Run(["analyze", "--config", "look.yaml", "--run", run, "--quiet", .. more]);
    }

    private string At(string name) => Path.Combine(_program.Folder, name);

    private string Text(string name) => File.ReadAllText(At(name));

    private string[] Lines(string name) => File.ReadAllLines(At(name));

    // The last column but one is the time.
    private string[] WithoutSeconds(string name) => [.. Lines(name).Select(line => line.Split(','))
        .Select(cells => string.Join(',', [.. cells[..^2], cells[^1]]))];
}
