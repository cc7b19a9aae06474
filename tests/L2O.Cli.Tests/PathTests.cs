using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Where things are: a run does not depend on where it was started, nor on how a path is spelled.</summary>
public sealed class PathTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        meta: {iterations: 2, steps: 10, unroll: 5}
        validation: {every: 2, episodes: 1}
        """;

    private const string Compare = """
        name: compare
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        steps: 20
        seeds: 2
        record_every: 10
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ARunOfARelativeCheckpointIsVerifiedFromAnywhere()
    {
        Train("r0");
        Evaluate("e0", "--checkpoint", "r0/checkpoints/best.safetensors");

        var verified = _program.RunInShell($"cd / && l2o verify {At("e0")}");

        Assert.Equal((0, ""), (verified.ExitCode, verified.Error));
        Assert.Contains(At("r0/checkpoints/best.safetensors"), Text("e0/config.yaml"), StringComparison.Ordinal);
        Assert.Contains(At("r0/checkpoints/best.safetensors"), Text("e0/run.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void ARunOfAConfigThatExtendsAnotherNeedsNeitherOfThem()
    {
        _program.Write("first/learn.yaml", Learn);
        _program.Write("second/steep.yaml", "name: steep\nextends: ../first/learn.yaml\noptimizer: {output_scale: 0.2}");
        var trained = _program.RunInShell("cd first && l2o train ../second/steep.yaml --set meta.iterations=3 --run ../r0 --quiet");
        Directory.Delete(At("first"), recursive: true);
        Directory.Delete(At("second"), recursive: true);

        var verified = _program.RunInShell($"cd / && l2o verify {At("r0")}");
        var again = _program.Run("train", "r0/config.yaml", "--run", "r1", "--quiet");

        Assert.Equal((0, 0, 0), (trained.ExitCode, verified.ExitCode, again.ExitCode));
        Assert.DoesNotContain("extends", Text("r0/config.yaml"), StringComparison.Ordinal);
        Assert.StartsWith(
            """
            name: steep
            seed: 1
            optimizer:
              from: null
              kind: dm
              hidden: [4]
              output_scale: 0.2
              preprocessing: none
            """,
            Text("r0/config.yaml"),
            StringComparison.Ordinal);
        Assert.Equal(Text("r0/config.yaml"), Text("r1/config.yaml"));
        RunFiles.AssertSame(At("r0"), At("r1"));
    }

    [Fact]
    public void TheSameFileUnderAnotherPathGoesOnAndAnotherFileUnderTheSamePathDoesNot()
    {
        Train("r0");
        Evaluate("e0", "--checkpoint", "r0/checkpoints/best.safetensors");
        Directory.CreateDirectory(At("moved"));
        Directory.Move(At("r0"), At("moved/r0"));

        var moved = Resume("moved/r0/checkpoints/../checkpoints/best.safetensors");
        Train("r0", "--seed", "2");
        var other = Resume("r0/checkpoints/best.safetensors");

        Assert.Equal((0, "e0"), (moved.ExitCode, moved.Output.Split('\n')[^1]));
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("e0: resumed, the run would not be the same", other.Error, StringComparison.Ordinal);
        Assert.Contains("with files by their content", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryPathOptionTakesTheHomeDirectory()
    {
        _program.Write("train.yaml", Learn);
        _program.Write("compare.yaml", Compare);

        var trained = _program.RunInShell("l2o train --config=~/train.yaml --run=~/r0 --data-dir=~/data --quiet");
        var evaluated = _program.RunInShell("l2o evaluate compare.yaml --checkpoint=~/r0 --run '~/e0' --quiet");
        var verified = _program.RunInShell("l2o verify '~/e0'");
        var shown = _program.RunInShell("l2o table '~/e0' summary");

        Assert.Equal((0, At("r0")), (trained.ExitCode, trained.Output.Split('\n')[^1]));
        Assert.Equal((0, 0, 0), (evaluated.ExitCode, verified.ExitCode, shown.ExitCode));
        Assert.False(Directory.Exists(At("~")));
    }

    [Fact]
    public void AConfigsCheckpointMayBeInTheHomeDirectory()
    {
        Train("r0");
        _program.Write("named.yaml", Compare + "\noptimizers: [{kind: checkpoint, path: ~/r0/checkpoints/best.safetensors}]");

        var result = _program.RunInShell("l2o evaluate named.yaml --run e0 --quiet");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"path: \"{At("r0/checkpoints/best.safetensors")}\"", Text("e0/config.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--run", "~x/y", "train.yaml")]
    [InlineData("--config", "~x/y")]
    public void AnotherUsersHomeIsRefused(string option, string path, params string[] more)
    {
        _program.Write("train.yaml", Learn);

        var result = _program.Run(["train", option, path, .. more]);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(
            $"error: {option} {path} begins with another user's home; write it in full, or ./{path} for a folder of that name",
            result.Error,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(At(path)));
    }

    [Fact]
    public void ARunDirectoryStandsForItsBestCheckpointElseItsNewestAndTheProgramSaysWhich()
    {
        Train("r0");
        Train("r1", "--seed", "2");
        File.Delete(At("r1/checkpoints/best.safetensors"));
        _program.Write("compare.yaml", Compare);

        var result = _program.Run("evaluate", "compare.yaml", "--run", "e0", "--checkpoint", "r0", "r1");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"r0: {At("r0/checkpoints/best.safetensors")}\n", result.Error, StringComparison.Ordinal);
        Assert.Contains($"r1: {At("r1/checkpoints/latest.safetensors")}\n", result.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["r0", "r1"],
            File.ReadAllLines(At("e0/summary.csv")).Skip(1).Select(line => line.Split(',')[0]).Distinct());
    }

    [Fact]
    public void NothingToCompareAndADirectoryWithoutACheckpointAreRefused()
    {
        _program.Write("compare.yaml", Compare);
        Directory.CreateDirectory(At("empty"));

        var nothing = _program.Run("evaluate", "compare.yaml");
        var empty = _program.Run("evaluate", "compare.yaml", "--checkpoint", "empty");

        Assert.Equal(
            (2, "error: compare: there is nothing to compare; name optimizers in the config, or a trained one by --checkpoint"),
            (nothing.ExitCode, nothing.Error));
        Assert.Equal(
            (2, "error: --checkpoint empty: is a directory without a checkpoint; name a run of train, or a file"),
            (empty.ExitCode, empty.Error));
    }

    [Fact]
    public void BytesHoldOnLikeProcessorsAndARunOfAnotherOneIsToldApart()
    {
        Train("r0");
        var info = Text("r0/run.json");
        var name = info.Split("\"processor\": \"")[1].Split('"')[0];
        File.WriteAllText(At("r0/run.json"), info.Replace(name, "Abacus, 2-bit vectors", StringComparison.Ordinal));

        var same = _program.Run("verify", "r0");
        var resumed = _program.Run("train", "train.yaml", "--run", "r0", "--resume", "--quiet");

        var change = $"was made on Abacus, 2-bit vectors, and this is {name}: the same bits come again on like processors alone";
        Assert.Equal(0, same.ExitCode);
        Assert.Contains($"; it {change}", same.Output, StringComparison.Ordinal);
        Assert.Equal((0, $"warning: r0 {change}"), (resumed.ExitCode, resumed.Error));
        Assert.Contains("-bit vectors", name, StringComparison.Ordinal);
    }

    private void Train(string run, params string[] more)
    {
        _program.Write("train.yaml", Learn);
        Assert.Equal(0, _program.Run(["train", "train.yaml", "--run", run, "--quiet", .. more]).ExitCode);
    }

    private void Evaluate(string run, params string[] more)
    {
        _program.Write("compare.yaml", Compare);
        Assert.Equal(0, _program.Run(["evaluate", "compare.yaml", "--run", run, "--quiet", .. more]).ExitCode);
    }

    private Result Resume(string checkpoint) =>
        _program.Run("evaluate", "compare.yaml", "--run", "e0", "--checkpoint", checkpoint, "--resume", "--quiet");

    private string Text(string name) => File.ReadAllText(At(name));

    private string At(string name) => Path.Combine(_program.Folder, name);
}
