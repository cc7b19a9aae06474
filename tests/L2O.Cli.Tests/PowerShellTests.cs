using System.Text.RegularExpressions;
using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>The scripts for PowerShell do what those for bash do.</summary>
public sealed partial class PowerShellTests : IDisposable
{
    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    // The program is one that notes what it is asked for.
    [Fact]
    public void TheQuickStartAsksForTheSame()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "one of the two is for bash");
        _program.Write("report.md", "## A\n- no\n### Evaluation: b\n- yes\n  yes\nno\n### Flatness\n- yes\n## C\n- no\n");
        var stub = Path.Combine(_program.Folder, _program.Write("stub", $"""
            #!/bin/sh
            printf '%s|' "$@" >> '{_program.Folder}/calls'
            [ "$1" != report ] || echo '{_program.Folder}/index.html'
            """));

        var expected = _program.RunInShell($"chmod +x {stub}; L2O={stub} '{Path.Combine(Repository.Root, "scripts", "quickstart.sh")}'");
        var calls = Calls();
        var result = PowerShell.Run(_program.Folder, stub, "quickstart.ps1");

        Assert.Equal(new(0, $"- yes\n  yes\n- yes\n{_program.Folder}/index.html", ""), expected);
        Assert.Equal(expected, result);
        Assert.Matches("^train\\|configs/quickstart.yaml\\|.*\\|report\\|runs/quickstart-TIME\\|$", calls);
        Assert.Equal(calls, Calls());
    }

    [Fact]
    public void ASweepIsDoneWhole()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "one of the two is for bash");
        _program.Write("sweep.yaml", """
            name: study
            train: train.yaml
            set: {meta.on_divergence: stop}
            vary: {optimizer.output_scale: [0.1, 1e30]}
            reference: adam
            evaluate: [evaluate.yaml]
            """);
        _program.Write("train.yaml", """
            name: small
            optimizer: {kind: dm, hidden: [4]}
            optimizees: [{kind: quadratic, dimension: 3}]
            meta: {iterations: 2, steps: 8, unroll: 4}
            validation: {every: 2, episodes: 1}
            """);
        _program.Write("evaluate.yaml", """
            name: unseen
            optimizers: [{kind: adam, learning_rate: 0.1}]
            optimizees: [{kind: quadratic, dimension: 5}]
            steps: 10
            seeds: 2
            """);

        var result = Sweep("sweep.yaml", "-Out", "its runs", "-Jobs", "2");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            ["evaluate/unseen/optimizers", "evaluate/unseen/output_scale0.1-s1", "train/output_scale0.1-s1"],
            result.Output.Split('\n').Where(line => line.StartsWith("done   ", StringComparison.Ordinal)).Select(line => line[7..]).Order());
        Assert.Contains("FAILED train/output_scale1e30-s1 (exit code 4): error: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nits runs/arms.csv\nits runs/differences.csv\nits runs/report/index.html", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            "not done (logs are in its runs/logs):\nits runs/train/output_scale1e30-s1\tdiverged\n"
            + "its runs/evaluate/unseen/output_scale1e30-s1\tnew",
            result.Error[result.Error.IndexOf("not done", StringComparison.Ordinal)..]);
        Assert.Equal(new(2, "", "sweep.ps1: -Jobs 0: choose 1 or more"), Sweep("sweep.yaml", "-Jobs", "0"));
    }

    private Result Sweep(params string[] arguments) =>
        PowerShell.Run(_program.Folder, Path.Combine(AppContext.BaseDirectory, "l2o"), "sweep.ps1", arguments);

    private string Calls()
    {
        var path = Path.Combine(_program.Folder, "calls");
        var calls = File.ReadAllText(path);
        File.Delete(path);
        return Time().Replace(calls, "-TIME");
    }

    [GeneratedRegex(@"-\d{8}-\d{6}")]
    private static partial Regex Time();
}
