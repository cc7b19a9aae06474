using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>What `--resume` refuses, and shows.</summary>
public sealed class ResumeTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4], preprocessing: none}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        meta: {iterations: 2, steps: 10, unroll: 5}
        validation: {every: 1, episodes: 1}
        checkpoint_seconds: 1e9
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void AnotherConfigIsShownAndRefusedUnlessForced()
    {
        Train();

        AssertRefusedUnlessForced(
            "was `unroll: 5`, is `unroll: 10`", Arguments("--set", "meta.unroll=10"));
        AssertRefusedUnlessForced(
            "was `iterations: 2`, is `iterations: 1`", Arguments("--set", "meta.iterations=1", "--set", "meta.unroll=10"));
    }

    [Fact]
    public void MoreMetaIterationsNeedNoForceAndGiveTheLongerRun()
    {
        string[] longer = ["--set", "meta.iterations=5"];
        Train();

        var extended = _program.Run(Arguments(["--resume", .. longer]));
        var again = _program.Run(Arguments(["--resume", .. longer]));
        var whole = _program.Run(Arguments(["--run", "whole", .. longer]));

        Assert.Equal((0, ""), (extended.ExitCode, extended.Error));
        Assert.Equal(extended, again);
        Assert.Equal([.. whole.Output.Split('\n')[..^1], "run"], extended.Output.Split('\n'));
        AssertSameRun("whole", "run");
        Assert.Equal(0, _program.Run("verify", "run").ExitCode);
    }

    // Of 60 meta-iterations, with a checkpoint after every unroll.
    [Fact]
    public void ATrainingThatWasKilledInsideAMetaIterationIsExtendedToTheLongerRun()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string[] more = ["--set", "checkpoint_seconds=0", "--set", "validation.every=10"];
        string[] longer = [.. more, "--set", "meta.iterations=70"];

        _program.RunUntil("run/meta.csv", 30, "KILL", Arguments([.. more, "--set", "meta.iterations=60"]));
        var extended = _program.Run(Arguments(["--resume", .. longer]));
        var whole = _program.Run(Arguments(["--run", "whole", .. longer]));

        Assert.Equal((0, 0), (extended.ExitCode, whole.ExitCode));
        AssertSameRun("whole", "run");
    }

    [Fact]
    public void WhatOnlyExtendsARunStillAnswersForDataProgramAndWhatDependsOnItsLength()
    {
        string[] longer = ["--resume", "--set", "meta.iterations=3"];
        Train();
        File.WriteAllText(
            At("run/run.json"),
            File.ReadAllText(At("run/run.json")).Replace("\"thread_count\": 1", "\"thread_count\": 8", StringComparison.Ordinal));
        Assert.Equal(0, _program.Run(Arguments("--run", "slowing", "--set", "meta.final_rate=0.5")).ExitCode);

        var other = _program.Run(Arguments(longer));
        var slowing = _program.Run(Arguments(["--run", "slowing", "--set", "meta.final_rate=0.5", .. longer]));

        Assert.Equal((2, 2), (other.ExitCode, slowing.ExitCode));
        Assert.Contains("the same: threads was 8, is 1", other.Error, StringComparison.Ordinal);
        Assert.Contains(
            "is `iterations: 3`; with meta.final_rate at 0.5, every meta-update depends on meta.iterations; choose another --run",
            slowing.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", Learn)]
    [InlineData("evaluate", "name: c\noptimizers: [{kind: sgd}]\noptimizees: [{kind: bowl}]\nsteps: 5\nseeds: 1\n")]
    public void WhereThereIsNoRunResumingBeginsIt(string command, string config)
    {
        _program.Write("c.yaml", config);
        Directory.CreateDirectory(At("empty"));
        Result Resume(string run) => _program.Run(command, "--config", "c.yaml", "--run", run, "--resume", "--quiet");

        var absent = Resume("absent");
        var empty = Resume("empty");
        var again = Resume("absent");

        Assert.Equal((0, 0, 0), (absent.ExitCode, empty.ExitCode, again.ExitCode));
        Assert.Contains("There was no run to go on with, so it begins", File.ReadAllText(At("absent/log.txt")), StringComparison.Ordinal);
        RunFiles.AssertSame(At("absent"), At("empty"));
        _program.Write("notes/thesis.tex", "mine");
        var refused = Resume("notes");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("notes: holds no run", refused.Error, StringComparison.Ordinal);
        Assert.Equal([At("notes/thesis.tex")], Directory.GetFileSystemEntries(At("notes")));
    }

    [Theory]
    [InlineData("\"l2o\": \"", "\"l2o\": \"9.", "version of l2o was 9.")]
    [InlineData("\"libtorch\": \"", "\"libtorch\": \"9.", "version of libtorch was 9.")]
    [InlineData("\"data\": {", "\"data\": {\"mnist/a\": \"12\"", "data mnist/a was 12, is absent")]
    [InlineData("\"thread_count\": 1", "\"thread_count\": 8", "threads was 8, is 1")]
    public void OtherCodeOrDataIsShownAndRefusedUnlessForced(string then, string now, string sentence)
    {
        Train();
        var path = At("run/run.json");
        Assert.Contains(then, File.ReadAllText(path), StringComparison.Ordinal);
        File.WriteAllText(path, File.ReadAllText(path).Replace(then, now, StringComparison.Ordinal));

        AssertRefusedUnlessForced(sentence, Arguments());
    }

    [Fact]
    public void AComparisonOfAnotherCheckpointUnderTheSameNameIsRefusedUnlessForced()
    {
        Train();
        _program.Write("compare.yaml", """
            name: compare
            optimizers: [{name: taught, kind: checkpoint, path: run/checkpoints/latest.safetensors}]
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            steps: 10
            seeds: 1
            """);
        string[] arguments = ["evaluate", "--config", "compare.yaml", "--run", "compared", "--quiet"];
        Assert.Equal(0, _program.Run(arguments).ExitCode);
        File.Copy(At("run/checkpoints/previous.safetensors"), At("run/checkpoints/latest.safetensors"), overwrite: true);

        AssertRefusedUnlessForced($"checkpoint {At("run/checkpoints/latest.safetensors")} was ", arguments);
    }

    // What is done goes by its names, so another place or another cell beside it changes nothing.
    [Theory]
    [InlineData("evaluate", "")]
    [InlineData("analyze", "flatness: {examples: 1, lanczos_steps: 2}\nmetrics: [{kind: gradient_norm}]\nslices: {points: 0, plane_points: 0}\n")]
    public void CellsThatAreDoneAreFoundByTheirNamesAndNotPassedOver(string command, string more)
    {
        string Config(string optimizers) => $"name: compare\noptimizers: [{optimizers}]\n"
            + "optimizees: [{kind: quadratic, dimension: 3, instances: 8}]\nsteps: 5\nseeds: 1\n" + more;
        string[] arguments = [command, "--config", "compare.yaml", "--run", "compared", "--quiet"];
        _program.Write("compare.yaml", Config("{kind: adam}, {kind: sgd}"));
        Assert.Equal(0, _program.Run(arguments).ExitCode);
        _program.Write("compare.yaml", Config("{kind: sgd}, {kind: rmsprop}, {kind: adam}"));

        var resumed = _program.Run([.. arguments, "--resume", "--force"]);
        var whole = _program.Run([command, "--config", "compare.yaml", "--run", "whole", "--quiet"]);

        Assert.Equal((0, 0), (resumed.ExitCode, whole.ExitCode));
        Assert.Equal(
            _program.Run("table", "whole", "--without-times").Output, _program.Run("table", "compared", "--without-times").Output);

        _program.Write("compare.yaml", Config("{kind: sgd}, {kind: adam}"));
        var lost = _program.Run([.. arguments, "--resume", "--force"]);

        Assert.Equal(2, lost.ExitCode);
        Assert.Contains("rmsprop on quadratic", lost.Error, StringComparison.Ordinal);
        Assert.Contains("is done, and the config no longer has it", lost.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ATrainingWithoutItsCheckpointsDropsNoRowsUnlessForced()
    {
        Train();
        Directory.Delete(At("run/checkpoints"), recursive: true);
        var rows = File.ReadAllLines(At("run/meta.csv")).Length - 1;

        var refused = _program.Run(Arguments("--resume"));

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"would drop the {rows} rows of run/meta.csv", refused.Error, StringComparison.Ordinal);
        Assert.Equal(rows, File.ReadAllLines(At("run/meta.csv")).Length - 1);
        Assert.Equal(0, _program.Run(Arguments("--resume", "--force")).ExitCode);
        Assert.Equal(rows, File.ReadAllLines(At("run/meta.csv")).Length - 1);
    }

    [Fact]
    public void AComparisonWithoutItsProgressDropsNoCellsUnlessForced()
    {
        _program.Write("compare.yaml", """
            name: compare
            optimizers: [{kind: adam}, {kind: sgd}]
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            steps: 10
            seeds: 1
            """);
        string[] arguments = ["evaluate", "--config", "compare.yaml", "--run", "compared", "--quiet"];
        Assert.Equal(0, _program.Run(arguments).ExitCode);
        var before = _program.Run("table", "compared", "--without-times").Output;
        File.Delete(At("compared/progress.json"));

        var refused = _program.Run([.. arguments, "--resume"]);

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("would drop the rows of 2 cells", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _program.Run("table", "compared", "--without-times").Output);
        Assert.Equal(0, _program.Run([.. arguments, "--resume", "--force"]).ExitCode);
        Assert.Equal(before, _program.Run("table", "compared", "--without-times").Output);
    }

    private void AssertRefusedUnlessForced(string sentence, string[] arguments)
    {
        var refused = _program.Run([.. arguments, "--resume"]);
        var forced = _program.Run([.. arguments, "--resume", "--force"]);

        Assert.Equal((2, 0), (refused.ExitCode, forced.ExitCode));
        Assert.Contains("resumed, the run would not be the same: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
    }

    // Tables but for seconds, and the last checkpoint; best.safetensors names the config that it was saved under.
    private void AssertSameRun(string expected, string actual)
    {
        string[] WithoutSeconds(string name) => [.. File.ReadAllLines(At(name)).Select(line => line[..line.LastIndexOf(',')])];
        Assert.Equal(WithoutSeconds($"{expected}/meta.csv"), WithoutSeconds($"{actual}/meta.csv"));
        Assert.Equal(WithoutSeconds($"{expected}/validation.csv"), WithoutSeconds($"{actual}/validation.csv"));
        var latest = "checkpoints/latest.safetensors";
        Assert.Equal(File.ReadAllBytes(At($"{expected}/{latest}")), File.ReadAllBytes(At($"{actual}/{latest}")));
    }

    private void Train() => Assert.Equal(0, _program.Run(Arguments()).ExitCode);

    private string[] Arguments(params string[] more)
    {
        _program.Write("learn.yaml", Learn);
        string[] run = more.Contains("--run") ? [] : ["--run", "run"];
        return ["train", "--config", "learn.yaml", .. run, "--quiet", .. more];
    }

    private string At(string name) => Path.Combine(_program.Folder, name);
}
