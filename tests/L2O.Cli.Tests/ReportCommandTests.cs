using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class ReportCommandTests : IDisposable
{
    private readonly Program _program = new();

    public ReportCommandTests()
    {
        _program.Write("learn.yaml", """
            name: learn
            optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            meta: {iterations: 4, steps: 10, unroll: 5}
            validation: {every: 2, episodes: 2}
            """);
        _program.Write("compare.yaml", """
            name: compare
            optimizers: [{kind: sgd, learning_rate: [1e-3, 1e-2]}]
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            steps: 20
            seeds: 3
            record_every: 10
            """);
        _program.Write("look.yaml", """
            name: look
            optimizers: [{kind: sgd, learning_rate: 1e-2}]
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            steps: 5
            seeds: 2
            metrics: [{kind: gradient_norm}]
            resamples: 5
            """);
    }

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("train", "learn.yaml", "id=\"meta-training\"")]
    [InlineData("evaluate", "compare.yaml", "id=\"comparison\"")]
    [InlineData("analyze", "look.yaml", "id=\"flatness\"")]
    public void ARunMakesItsPageWhereItIsAskedToAndSaysWhere(string command, string config, string section)
    {
        var result = _program.Run(command, config, "--run", "a run", "--report", "--quiet");

        Assert.Equal((0, "A page of it: a run/report/index.html"), (result.ExitCode, result.Error.Split('\n')[^1]));
        Assert.Equal("a run", result.Output.Split('\n')[^1]);
        Assert.Contains(section, Text("a run/report/index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutThatItSaysTheCommandThatMakesThePage()
    {
        var result = _program.Run("evaluate", "compare.yaml", "--run", "a run");

        Assert.Equal("For a page of it: l2o report 'a run'", result.Error.Split('\n')[^1]);
        Assert.False(Directory.Exists(Path.Combine(_program.Folder, "a run", "report")));
        var reported = _program.RunInShell(result.Error.Split('\n')[^1].Split(": ")[1]);
        Assert.Equal((0, "a run/report/index.html", ""), (reported.ExitCode, reported.Output, reported.Error));
    }

    [Fact]
    public void APageOfSeveralRunsGoesWhereItIsSent()
    {
        Assert.Equal(0, _program.Run("train", "learn.yaml", "--run", "runs/learned", "--quiet").ExitCode);
        Assert.Equal(0, _program.Run("evaluate", "compare.yaml", "--checkpoint", "runs/learned", "--run", "runs/compared", "--quiet").ExitCode);

        var result = _program.Run("report", "runs", "--out", "page");

        Assert.Equal((0, "page/index.html", ""), (result.ExitCode, result.Output, result.Error));
        var page = Text("page/index.html");
        Assert.All(["found", "curves", "meta-training", "comparison", "intervals", "again"], section =>
            Assert.Contains($"<section id=\"{section}\">", page, StringComparison.Ordinal));
        Assert.Contains("learned ends ", page, StringComparison.Ordinal);
        Assert.Contains("What was learned was trained on runs of up to 10 steps.", page, StringComparison.Ordinal);
        Assert.All(File.ReadAllLines(Path.Combine(_program.Folder, "page", "report.md")), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData(2, "error: nowhere: no such directory; name one of a run or a sweep", "nowhere")]
    [InlineData(2, "error: empty: holds no run; name a directory with a run.json or a sweep.json, or one of several such", "empty")]
    [InlineData(2, "error: l2o report knows no `--wach`; did you mean --watch?", "empty", "--wach")]
    public void WhatIsNoRunIsSaidInASentence(int exitCode, string message, params string[] arguments)
    {
        Directory.CreateDirectory(Path.Combine(_program.Folder, "empty"));

        var result = _program.Run(["report", .. arguments]);

        Assert.Equal((exitCode, "", message), (result.ExitCode, result.Output, result.Error.Split('\n')[0]));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_program.Folder, "empty")));
    }

    // The run goes on until it is killed; the watcher sees it at work before, and that it is over after.
    [Fact]
    public void AWatchedRunHasAPageThatReloadsUntilItIsOver()
    {
        using var run = _program.Begin("train", "learn.yaml", "--run", "run", "--set", "meta.iterations=1000000", "--quiet");
        _program.AwaitLines(run, "run/validation.csv", lines: 3);
        var watch = _program.Begin("report", "--watch", "run");
        _program.AwaitLines(watch, "run/report/index.html", lines: 1);

        Assert.Contains("http-equiv=\"refresh\" content=\"10\"", Text("run/report/index.html"), StringComparison.Ordinal);
        Program.Send(watch, "INT");
        var result = Program.End(watch);

        Assert.Equal((0, "run/report/index.html"), (result.ExitCode, result.Output));
        Assert.DoesNotContain("http-equiv=\"refresh\"", Text("run/report/index.html"), StringComparison.Ordinal);
        run.Kill();
        run.WaitForExit();
        Assert.Equal(0, _program.Run("report", "--watch", "run").ExitCode);
        Assert.Contains("1 training (killed)", Text("run/report/index.html"), StringComparison.Ordinal);
    }

    private string Text(string file) => File.ReadAllText(Path.Combine(_program.Folder, file));
}
