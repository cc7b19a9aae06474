using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Sweeps as users run them: by the script, on this machine.</summary>
public sealed class SweepCommandTests : IDisposable
{
    private const string Sweep = """
        name: study
        train: train.yaml
        set: {}
        vary: {seed: [1, 2]}
        reference: adam
        evaluate: [evaluate.yaml]
        """;

    private static readonly string Script = Path.Combine(Repository.Root, "scripts", "sweep.sh");

    private readonly Program _program = new();

    public SweepCommandTests()
    {
        _program.Write("sweep.yaml", Sweep);
        _program.Write("train.yaml", """
            name: small
            optimizer: {kind: dm, hidden: [4]}
            optimizees:
              - {kind: quadratic, dimension: 3}
            meta: {iterations: 4, steps: 8, unroll: 4}
            validation: {every: 2, episodes: 1}
            """);
        _program.Write("evaluate.yaml", """
            name: unseen
            optimizers:
              - {kind: adam, learning_rate: [1e-2, 1e-1]}
            optimizees:
              - {kind: quadratic, dimension: 5}
            steps: 10
            seeds: 3
            record_every: 5
            """);
    }

    public void Dispose() => _program.Dispose();

    [Fact]
    public void WhatIsDoneIsNotDoneAgain()
    {
        var first = Run("sweep.yaml");

        Assert.Equal((0, 5), (first.ExitCode, Lines(first, "done   ").Length));
        Assert.Contains("runs/study: 5 of 5 runs done", _program.Run("sweep", "status", "sweep.yaml").Output, StringComparison.Ordinal);

        var written = Written();
        var second = Run("sweep.yaml");

        Assert.Equal((0, 0), (second.ExitCode, Lines(second, "begin  ").Length));
        Assert.Contains("nothing is left to do", second.Output, StringComparison.Ordinal);
        Assert.Equal(written, Written());

        _program.Write("sweep.yaml", Sweep.Replace("[1, 2]", "[3, 1, 2]", StringComparison.Ordinal));
        var third = Run("sweep.yaml");

        Assert.Equal(["evaluate/unseen/small-s3", "train/small-s3"], Lines(third, "done   ").Order());
    }

    [Fact]
    public void WhatFailsIsToldAndTheRestIsDone()
    {
        _program.Write("sweep.yaml", Sweep.Replace("seed: [1, 2]", "optimizer.output_scale: [0.1, 1e30]", StringComparison.Ordinal)
            .Replace("set: {}", "set: {meta.on_divergence: stop}", StringComparison.Ordinal));

        var result = Run("sweep.yaml");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("FAILED train/output_scale1e30-s1 (exit code 4): ", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["not done (logs are in runs/study/logs):", "runs/study/train/output_scale1e30-s1\tdiverged", "runs/study/evaluate/unseen/output_scale1e30-s1\tnew"],
            result.Error.Split('\n')[^3..]);
        Assert.Equal(
            ["evaluate/unseen/optimizers", "evaluate/unseen/output_scale0.1-s1", "train/output_scale0.1-s1"],
            Lines(result, "done   ").Order());
    }

    [Fact]
    public void InterruptedItLeavesRunsThatCanGoOn()
    {
        _program.Write("sweep.yaml", Sweep.Replace("set: {}", "set: {meta.iterations: 100000}", StringComparison.Ordinal));
        var sweep = _program.BeginInShell(Command("sweep.yaml", environment: ""));
        _program.AwaitLines(sweep, "runs/study/train/small-s1/meta.csv", 3);
        Program.Send(sweep, "TERM");

        var result = Program.End(sweep);

        Assert.Equal((130, ""), (result.ExitCode, result.Error));
        Assert.EndsWith("interrupted; the same command goes on", result.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "runs/study/train/small-s1\tstopped\t", _program.Run("sweep", "list", "sweep.yaml").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2, "name a sweep")]
    [InlineData("--jobs 0 sweep.yaml", 2, "--jobs 0: choose 1 or more")]
    [InlineData("--faster sweep.yaml", 2, "unknown option --faster")]
    [InlineData("sweep.yaml train.yaml", 2, "one sweep at a time")]
    [InlineData("nothing.yaml", 2, "nothing.yaml: no such file")]
    [InlineData("train.yaml", 2, "train.yaml: is a train config; run it by l2o train")]
    public void WrongUseIsOneSentence(string arguments, int code, string message)
    {
        var result = Run(arguments);

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(message, Assert.Single(result.Error.Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_program.Folder, "runs")));
    }

    // Of a program that does nothing but note how it was called.
    [Fact]
    public void PluginsAreNamedWheneverTheProgramIsCalled()
    {
        _program.Write("noting", "#!/bin/sh\necho \"$*\" >> calls\n[ \"$2\" != prepare ] || printf 'study\\nruns/study\\n'\n");

        var result = _program.RunInShell($"chmod +x noting; L2O=./noting exec bash {Script} --plugin a.dll --plugin b.dll sweep.yaml");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var calls = File.ReadAllLines(Path.Combine(_program.Folder, "calls"));
        Assert.Contains("sweep list sweep.yaml --ready --plugin a.dll --plugin b.dll", calls);
        Assert.All(calls, call => Assert.EndsWith(" --plugin a.dll --plugin b.dll", call, StringComparison.Ordinal));
    }

    [Fact]
    public void ARunThatWouldBeRefusedIsToldBeforeAnyBegins()
    {
        _program.Write("evaluate.yaml", """
            name: unseen
            optimizers: [{kind: adam}]
            optimizees: [{kind: mlp, data: mnist}]
            """);

        var result = Run("sweep.yaml", "L2O_DATA_DIR=nowhere");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("l2o data fetch mnist", Assert.Single(result.Error.Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_program.Folder, "runs")));
    }

    [Fact]
    public void ADirectoryThatHoldsSomethingElseIsLeftAlone()
    {
        Assert.Equal(0, _program.Run("sweep", "prepare", "sweep.yaml").ExitCode);
        _program.Write("other.yaml", Sweep.Replace("study", "other", StringComparison.Ordinal));
        _program.Write("taken/notes.txt", "mine");

        Assert.Equal(
            (2, "error: runs/study: holds the runs of another sweep, study; choose another --out"),
            Failure("sweep", "prepare", "other.yaml", "--out", "runs/study"));
        Assert.Equal(
            (2, "error: taken: holds files that are no sweep's; choose another --out"),
            Failure("sweep", "prepare", "sweep.yaml", "--out", "taken"));
        Assert.Equal(["notes.txt"], Directory.GetFileSystemEntries(Path.Combine(_program.Folder, "taken")).Select(Path.GetFileName));
    }

    [Fact]
    public void ARunOfAnotherConfigIsNotTakenForDone()
    {
        _program.Run("train", "train.yaml", "--seed", "7", "--run", "runs/study/train/small-s1", "--quiet");
        Directory.Move(Path.Combine(_program.Folder, "runs/study"), Path.Combine(_program.Folder, "moved"));
        Assert.Equal(0, _program.Run("sweep", "prepare", "sweep.yaml").ExitCode);
        Directory.Move(Path.Combine(_program.Folder, "moved/train"), Path.Combine(_program.Folder, "runs/study/train"));

        Assert.Equal(
            (2, "error: runs/study/train/small-s1: is not what sweep.yaml asks for, but of another config, checkpoint or file; "
                + "choose another --out, or delete it"),
            Failure("sweep", "prepare", "sweep.yaml"));
        Assert.Contains("runs/study/train/small-s1\tchanged\t", _program.Run("sweep", "list", "sweep.yaml").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ACommandOfTheListIsReadByAShell()
    {
        _program.Run("sweep", "prepare", "sweep.yaml");
        var line = _program.Run("sweep", "list", "sweep.yaml", "--ready").Output.Split('\n')[0].Split('\t');

        Assert.Equal(("runs/study/train/small-s1", "new"), (line[0], line[1]));
        Assert.Equal(0, _program.RunInShell(line[2]).ExitCode);
        Assert.StartsWith("runs/study/train/small-s1\tdone\t", _program.Run("sweep", "list", "sweep.yaml").Output, StringComparison.Ordinal);
    }

    private (int ExitCode, string Error) Failure(params string[] arguments)
    {
        var result = _program.Run(arguments);
        return (result.ExitCode, result.Error);
    }

    private Result Run(string arguments, string environment = "") =>
        _program.RunInShell(Command(arguments, environment));

    // The test's build of the program, as a published one.
    private string Command(string arguments, string environment)
    {
        var program = Path.Combine(_program.Folder, "l2o");
        File.WriteAllText(program, "#!/bin/sh\nexec $L2O_PROGRAM \"$@\"\n");
        return $"chmod +x {program}; L2O_PROGRAM=\"$L2O\" L2O={program} {environment} exec bash {Script} {arguments}";
    }

    private static string[] Lines(Result result, string start) =>
        [.. result.Output.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..])];

    private Dictionary<string, DateTime> Written() => Directory.GetFiles(
        Path.Combine(_program.Folder, "runs"), "*", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);
}
