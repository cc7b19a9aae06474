using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Terminals that go away, full disks behind redirections, and closed streams: none of them ends the work.</summary>
public sealed class ReportingTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        meta: {iterations: 8, steps: 10, unroll: 5}
        validation: {every: 4, episodes: 2}
        """;

    private const string Compare = """
        name: compare
        optimizers: [{kind: sgd, learning_rate: [1e-3, 1e-2]}]
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        steps: 20
        seeds: 2
        record_every: 10
        """;

    private const string Look = """
        name: look
        optimizers: [{kind: sgd, learning_rate: 1e-2}]
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        steps: 5
        seeds: 2
        metrics: [{kind: gradient_norm}]
        resamples: 5
        """;

    private const string CannotShow = "Progress cannot be shown (";
    private const string CannotPrint = "error: the result could not be printed (";

    private readonly Program _program = new();

    public ReportingTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full and descriptors as Linux has them");

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("train", "2>/dev/full")]
    [InlineData("evaluate", "2>/dev/full")]
    [InlineData("analyze", "2>/dev/full")]
    [InlineData("train", "2>&-")]
    [InlineData("evaluate", "2>&-")]
    public void ARunWhoseProgressCannotBeShownGoesOnAndItsLogSaysSoOnce(string command, string redirection)
    {
        var result = _program.RunInShell($"l2o {command} {Config(command)} --run run {redirection}");

        Assert.Equal((0, "run"), (result.ExitCode, result.Output.Split('\n')[^1]));
        AssertComplete();
        Assert.Equal(2, Text("run/log.txt").Split(CannotShow).Length);
    }

    [Theory]
    [InlineData("train", ">/dev/full")]
    [InlineData("evaluate", ">/dev/full")]
    [InlineData("analyze", ">/dev/full")]
    [InlineData("train", ">&-")]
    [InlineData("evaluate", ">&-")]
    public void ARunWhoseResultCannotBePrintedIsCompletedAndToldApartByItsExitCode(string command, string redirection)
    {
        var result = _program.RunInShell($"l2o {command} {Config(command)} --run run --quiet {redirection}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(CannotPrint, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        AssertComplete();
    }

    [Fact]
    public void WithoutAnyStreamARunIsTheSameRun()
    {
        var config = Config("train");

        var closed = _program.RunInShell($"l2o train {config} --run closed <&- >&- 2>&-");
        var full = _program.RunInShell($"l2o train {config} --run full >/dev/full 2>/dev/full");
        var open = _program.RunInShell($"l2o train {config} --run open");

        Assert.Equal((1, 1, 0), (closed.ExitCode, full.ExitCode, open.ExitCode));
        RunFiles.AssertSame(At("open"), At("closed"));
        RunFiles.AssertSame(At("open"), At("full"));
    }

    [Theory]
    [InlineData("list metrics")]
    [InlineData("validate train.yaml")]
    [InlineData("data list")]
    [InlineData("--help")]
    public void EveryOtherCommandSaysThatItsResultIsLostAndNothingElseGoesWrong(string command)
    {
        Config("train");

        var lost = _program.RunInShell($"l2o {command} >/dev/full");
        var closed = _program.RunInShell($"l2o {command} >&-");
        var both = _program.RunInShell($"l2o {command} >/dev/full 2>/dev/full");

        Assert.Equal((1, 1, 1), (lost.ExitCode, closed.ExitCode, both.ExitCode));
        Assert.StartsWith(CannotPrint, lost.Error, StringComparison.Ordinal);
        Assert.StartsWith(CannotPrint, closed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnErrorThatCannotBeToldKeepsItsExitCode()
    {
        Assert.Equal(2, _program.RunInShell("l2o train missing.yaml 2>/dev/full").ExitCode);
        Assert.Equal(2, _program.RunInShell("l2o trian 2>&-").ExitCode);
    }

    // As after ssh is lost, with nohup or disown: the terminal's other side is gone, and writing to it fails.
    [Fact]
    public void ATerminalThatGoesAwayDoesNotEndARunThatIgnoresHangUps()
    {
        _program.Write("train.yaml", Learn);
        var terminal = _program.BeginInShell(
            "exec script -qec \"trap '' HUP; exec $L2O train train.yaml --run run --set meta.iterations=300\" /dev/null");
        _program.AwaitLines(terminal, "run/meta.csv", 9);
        Program.Send(terminal, "KILL");
        Program.End(terminal);
        _program.AwaitText("run/run.json", "\"status\": \"completed\"");

        AssertComplete();
        Assert.Equal(0, _program.Run("verify", "run").ExitCode);
        Assert.Contains(CannotShow, Text("run/log.txt"), StringComparison.Ordinal);
    }

    private void AssertComplete()
    {
        Assert.Contains("\"status\": \"completed\"", Text("run/run.json"), StringComparison.Ordinal);
        Assert.DoesNotContain(" ERR ", Text("run/log.txt"), StringComparison.Ordinal);
    }

    private string Config(string command) => _program.Write(
        $"{command}.yaml", command switch { "train" => Learn, "evaluate" => Compare, _ => Look });

    private string Text(string name) => File.ReadAllText(At(name));

    private string At(string name) => Path.Combine(_program.Folder, name);
}
