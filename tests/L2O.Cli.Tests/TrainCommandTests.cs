using System.Text.RegularExpressions;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed partial class TrainCommandTests : IDisposable
{
    private const string Small = """
        name: small
        seed: 3
        optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
        optimizees:
          - {kind: quadratic, dimension: 3, instances: 8}
          - {kind: rosenbrock, weight: 0.5}
        meta: {iterations: 12, steps: 10, unroll: 5, optimizer: {kind: adam, learning_rate: 0.01}}
        validation: {every: 4, episodes: 2}
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ARunLeavesItsTablesCheckpointsAndConfig()
    {
        var result = Train("run");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("run", result.Output.Split('\n')[^1]);
        Assert.Equal(
            "iteration,unroll,optimizee,meta_loss,final_loss,regularizer_value,regularizer_share,gradient_norm,skipped,stage,teacher,rollbacks,seconds",
            Lines("run/meta.csv")[0]);
        Assert.Equal(1 + 24, Lines("run/meta.csv").Length);
        Assert.Equal("iteration,stage,optimizee,mean_final_loss,best,seconds", Lines("run/validation.csv")[0]);
        Assert.Equal(1 + (4 * 2), Lines("run/validation.csv").Length);
        Assert.Contains("\"status\": \"completed\"", Text("run/run.json"), StringComparison.Ordinal);
        Assert.True(File.Exists(At("run/checkpoints/best.safetensors")));
        Assert.Equal(0, _program.Run("train", "--config", "run/config.yaml", "--run", "again", "--quiet").ExitCode);
        Assert.Equal(WithoutSeconds("run/meta.csv"), WithoutSeconds("again/meta.csv"));
    }

    [Fact]
    public void TheSameCommandGivesTheSameBytesWhateverTheThreadCount()
    {
        string[] tasks = ["--set", "meta.tasks=3"];
        Train("one", new() { ["OMP_NUM_THREADS"] = "1", ["DOTNET_PROCESSOR_COUNT"] = "1" }, tasks);
        Train("two", new() { ["OMP_NUM_THREADS"] = "2", ["DOTNET_PROCESSOR_COUNT"] = "2" }, [.. tasks, "--jobs", "3"]);

        Assert.Equal(WithoutSeconds("one/meta.csv"), WithoutSeconds("two/meta.csv"));
        Assert.Equal(Bytes("one/checkpoints/latest.safetensors"), Bytes("two/checkpoints/latest.safetensors"));
        Assert.Equal(Bytes("one/checkpoints/best.safetensors"), Bytes("two/checkpoints/best.safetensors"));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public void ARunThatWasEndedBySignalIsResumedToTheSameBytes(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string[] longer = ["--set", "meta.iterations=60"];
        Train("whole", [], longer);
        _program.Write("small.yaml", Small);

        var ended = _program.RunUntil(
            "cut/meta.csv", 30, signal, ["train", "--config", "small.yaml", "--run", "cut", "--quiet", .. longer]);
        var status = Text("cut/run.json");
        var resumed = _program.Run(
            ["train", "--config", "small.yaml", "--run", "cut", "--resume", "--quiet", .. longer]);

        Assert.Equal(signal == "TERM" ? 130 : 137, ended.ExitCode);
        Assert.Contains(signal == "TERM" ? "interrupted" : "running", status, StringComparison.Ordinal);
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(WithoutSeconds("whole/meta.csv"), WithoutSeconds("cut/meta.csv"));
        Assert.Equal(WithoutSeconds("whole/validation.csv"), WithoutSeconds("cut/validation.csv"));
        Assert.Equal(Bytes("whole/checkpoints/latest.safetensors"), Bytes("cut/checkpoints/latest.safetensors"));
        Assert.Equal(Bytes("whole/checkpoints/best.safetensors"), Bytes("cut/checkpoints/best.safetensors"));
    }

    // Long enough to meet both stages, both teachers and checkpoints inside meta-iterations.
    [Theory]
    [InlineData("{kind: dm, hidden: [4], output_scale: 0.1}", "truncated_bptt", "none")]
    [InlineData("{kind: scale, levels: [3, 4, 4]}", "pes", "hessian_ev")]
    public void EveryTechniqueIsResumedToTheSameBytesAndSeenInTheTables(string optimizer, string estimator, string regularizer)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string[] more =
        [
            "--set", $"optimizer={optimizer}", "--set", "meta.iterations=40", "--set", $"meta.estimator={estimator}",
            "--set", $"regularizer.kind={regularizer}", "--set", "meta.tasks=2", "--set", "meta.random_scaling=1",
            "--set", "meta.curriculum={stages: [10, 20], validations: 2}",
            "--set", "meta.imitation={ratios: [0.4], teachers: [{kind: adam, learning_rate: 0.01}, {kind: nesterov}]}",
        ];
        var whole = Train("whole", [], more);
        _program.Write("small.yaml", Small);

        _program.RunUntil(
            "cut/meta.csv", 30, "TERM", ["train", "--config", "small.yaml", "--run", "cut", "--quiet", .. more]);
        var resumed = _program.Run(
            ["train", "--config", "small.yaml", "--run", "cut", "--resume", "--quiet", .. more]);

        Assert.Equal((0, 0), (whole.ExitCode, resumed.ExitCode));
        Assert.Equal(WithoutSeconds("whole/meta.csv"), WithoutSeconds("cut/meta.csv"));
        Assert.Equal(WithoutSeconds("whole/validation.csv"), WithoutSeconds("cut/validation.csv"));
        Assert.Equal(Bytes("whole/checkpoints/latest.safetensors"), Bytes("cut/checkpoints/latest.safetensors"));
        Assert.Equal(["", "adam", "nesterov"], Lines("whole/meta.csv").Skip(1).Select(line => line.Split(',')[10]).Distinct().Order());
        Assert.Contains("meta-iterations imitated a teacher", Text("whole/log.txt"), StringComparison.Ordinal);
        Assert.Contains("stage 1 begins, of 20 steps", Text("whole/log.txt"), StringComparison.Ordinal);
        Assert.Equal(["0", "1"], Lines("whole/validation.csv").Skip(1).Select(line => line.Split(',')[1]).Distinct());
    }

    [Fact]
    public void ARunSaysWhatItCameToBeforeItsDirectoryAndSaysItAgain()
    {
        var result = Train("run");
        var again = Train("run", [], "--resume");

        var lines = result.Output.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Matches("^Validation of quadratic.*: [0-9.E+-]+ at iteration 0, [0-9.E+-]+ at [0-9]+, the best over all optimizees[ ,]", lines[0]);
        Assert.Matches("^Validation of rosenbrock.*: .*, last [0-9.E+-]+ at 12$", lines[1]);
        Assert.All(lines[..^1], line => Assert.Contains(line, Text("run/log.txt"), StringComparison.Ordinal));
        Assert.Equal(result.Output, again.Output);
    }

    [Fact]
    public void ATrainingThatDidNotHelpIsAnnounced()
    {
        var result = Train(
            "run", [], "--set", "optimizees=[{kind: quadratic, dimension: 3, instances: 8}]",
            "--set", "meta.optimizer.learning_rate=100", "--set", "meta.iterations=5");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(
            "^Validation ([0-9.E+-]+) at iteration 0, best \\1 at 0, last .* at 5: training did not help; best.safetensors is the untrained phi\nrun$",
            result.Output);
        Assert.Contains("warning: No validation was better than that of the untrained phi", result.Error, StringComparison.Ordinal);
    }

    // Killed while the weight is being measured, with a checkpoint after every unroll.
    [Theory]
    [InlineData("optimizer")]
    [InlineData("optimizee")]
    public void AWeightThatIsBeingFoundFromItsShareIsResumedToTheSameBytes(string target)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string[] more =
        [
            "--set", $"regularizer={{kind: gradient_norm, share: 0.2, target: {target}}}", "--set", "meta.iterations=15",
            "--set", "checkpoint_seconds=0",
        ];
        var whole = Train("whole", [], more);
        _program.Write("small.yaml", Small);

        _program.RunUntil(
            "cut/meta.csv",
            8,
            "KILL",
            () => Lines("cut/meta.csv").Length < 20,
            ["train", "--config", "small.yaml", "--run", "cut", "--quiet", "--device", "cpu", .. more]);
        var resumed = Train("cut", [], ["--resume", .. more]);

        Assert.Equal((0, 0), (whole.ExitCode, resumed.ExitCode));
        Assert.Equal(WithoutSeconds("whole/meta.csv"), WithoutSeconds("cut/meta.csv"));
        Assert.Equal(Bytes("whole/checkpoints/latest.safetensors"), Bytes("cut/checkpoints/latest.safetensors"));
        Assert.Matches("Regularizer gradient_norm: weight .*, from the median ratio over 20 unrolls, for a share of 0.2", Text("cut/log.txt"));
        Assert.Matches(
            "\nRegularizer gradient_norm: weight .*, a share of 0[.][0-9]+ over the last 10 unrolls that have it \\(regularizer.share: 0.2\\)\nwhole$",
            whole.Output);
        var shares = Lines("whole/meta.csv").Skip(1).Select(line => line.Split(',')[6]).ToArray();
        Assert.All(shares[..20], Assert.Empty);
        Assert.All(shares[20..], Assert.NotEmpty);
    }

    // The Hessian of a quadratic is the same everywhere.
    [Fact]
    public void AShareThatNoWeightGivesEndsTheRunWithASentence()
    {
        var result = Train(
            "run", [], "--set", "optimizees=[{kind: quadratic, dimension: 3, instances: 8}]",
            "--set", "regularizer={kind: hessian_ev, share: 0.1}");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("error: regularizer.share is 0.1, and no weight gives it: over the 20 unrolls", result.Error, StringComparison.Ordinal);
        Assert.Contains("choose another kind", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void MetaGradientsThatAreNeverFiniteEndTheRunAsDiverged()
    {
        var result = Train(
            "run", [], "--set", "optimizees=[{kind: bowl, condition: 1e300}]", "--set", "meta.skipped_limit=3");

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("3 meta-gradients in a row were not finite", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"status\": \"diverged\"", Text("run/run.json"), StringComparison.Ordinal);
        Assert.Equal(3, Lines("run/meta.csv").Skip(1).Count(line => line.Split(',')[8] == "1"));
    }

    [Fact]
    public void AnExistingRunIsNotTouched()
    {
        _program.Write("run/notes.txt", "mine");

        var result = Train("run");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("run: holds files already; choose another --run", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal("mine", Text("run/notes.txt"));
    }

    [Theory]
    [InlineData("--run", "small.yaml/below", 2, "small.yaml/below: cannot be written")]
    [InlineData("--device", "cuda", 2, "--device cuda: this build has no CUDA")]
    [InlineData("--device", "gpu", 2, "--device gpu: is no device; choose auto, cpu, cuda or cuda:I")]
    [InlineData("--set", "optimizees=[{kind: mlp, data: mnist}]", 3, "no such file; run: l2o data fetch mnist")]
    [InlineData("--set", "meta.unroll=11", 2, "--set meta.unroll=11: meta.unroll is 11; choose 1 to steps (10)")]
    public void BadInputIsOneSentenceAndLeavesNothing(string option, string value, int exitCode, string sentence)
    {
        _program.Write("small.yaml", Small);

        var result = _program.Run(
            "train", "--config", "small.yaml", "--data-dir", "nowhere", "--quiet", option, value);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal(["small.yaml"], Directory.GetFileSystemEntries(_program.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void ProgressIsPlainLinesWhereThereIsNoTerminal()
    {
        _program.Write("small.yaml", Small);

        var result = _program.Run("train", "--config", "small.yaml", "--run", "run");

        Assert.Matches(Finished(), result.Error);
        Assert.DoesNotContain('\u001b', result.Error);
    }

    private Result Train(string run, Dictionary<string, string>? environment = null, params string[] more)
    {
        _program.Write("small.yaml", Small);
        return _program.Run(
            environment ?? [], ["train", "--config", "small.yaml", "--run", run, "--quiet", "--device", "cpu", .. more]);
    }

    private string At(string name) => Path.Combine(_program.Folder, name);

    private string Text(string name) => File.ReadAllText(At(name));

    private string[] Lines(string name) => File.ReadAllLines(At(name));

    private byte[] Bytes(string name) => File.ReadAllBytes(At(name));

    // The last column of every table is the time.
    private string[] WithoutSeconds(string name) => [.. Lines(name).Select(line => line[..line.LastIndexOf(',')])];

    [GeneratedRegex("meta-training 12/12")]
    private static partial Regex Finished();
}
