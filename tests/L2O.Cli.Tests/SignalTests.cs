using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Signals and locks, in every phase of a run.</summary>
public sealed class SignalTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}, {kind: rosenbrock}]
        meta: {iterations: 60, steps: 10, unroll: 5}
        validation: {every: 60, episodes: 300}
        """;

    private const string Compare = """
        name: compare
        optimizers: [{kind: sgd, learning_rate: [1e-4, 1e-3, 1e-2]}, {kind: adam, learning_rate: 1e-2}]
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        steps: 1500
        seeds: 9
        tuning_seeds: 3
        record_every: 10
        """;

    private const string Look = """
        name: look
        optimizers: [{kind: adam, learning_rate: 1e-2}, {kind: sgd, learning_rate: 1e-2}]
        optimizees: [{kind: mlp, data: synthetic_digits, hidden: [8], batch_size: 16}]
        steps: 20
        seeds: 3
        flatness: {examples: 500, lanczos_steps: 10}
        metrics: [{kind: hessian_trace, probes: 20}, {kind: local_entropy, gamma: 100, pairs: 3}]
        slices: {points: 5, plane_points: 3}
        resamples: 20
        """;

    // Of processor time. The rest of a phase would take some three seconds, what follows a signal takes 0.2 to 0.5.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1.5);

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    // The phase is told from what has begun to grow, and from the table that the next phase would have begun.
    [Theory]
    [InlineData("validation", "train", "validation.csv", 1, "meta.csv")]
    [InlineData("training", "train", "meta.csv", 9, "")]
    [InlineData("tuning", "evaluate", "log.txt", 1, "curves.csv")]
    [InlineData("evaluation", "evaluate", "log.txt", 2, "curves.csv")]
    [InlineData("analysis", "analyze", "flatness.csv", 2, "")]
    public void EveryPhaseEndsSoonAndIsResumedToTheSameBytes(
        string phase, string command, string growing, int lines, string empty)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string[] arguments = Arguments(command, "cut");
        Assert.Equal(0, _program.Run(Arguments(command, "whole")).ExitCode);

        int EmptyLines() => empty.Length == 0 ? 1 : File.ReadAllLines(At($"cut/{empty}")).Length;
        var ended = _program.RunUntil($"cut/{growing}", lines, "TERM", isInTime: () => EmptyLines() == 1, arguments);
        var status = Text("cut/run.json");
        var log = Text("cut/log.txt");
        var emptyLines = EmptyLines();
        var resumed = _program.Run([.. arguments, "--resume"]);

        Assert.Equal(130, ended.ExitCode);
        Assert.InRange(ended.ProcessorTimeToEnd, TimeSpan.Zero, _soon);
        Assert.EndsWith("\ninterrupted", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("error", ended.Error, StringComparison.Ordinal);
        Assert.Contains(" INF Interrupted\n", log, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", log, StringComparison.Ordinal);
        Assert.Contains("\"status\": \"interrupted\"", status, StringComparison.Ordinal);
        Assert.Equal(1, emptyLines);
        Assert.Equal(phase == "evaluation", log.Contains("Validation chose", StringComparison.Ordinal));
        Assert.Equal(0, resumed.ExitCode);
        RunFiles.AssertSame(At("whole"), At("cut"));
    }

    // HUP is a terminal that went away; USR1 and XCPU are what schedulers send before a limit.
    [Theory]
    [InlineData("HUP")]
    [InlineData("USR1")]
    [InlineData("XCPU")]
    public void WhatTerminalsAndSchedulersSendEndsARunWithACheckpoint(string signal)
    {
        SkipWhereIgnored(signal);
        var ended = _program.RunUntil("cut/meta.csv", 9, signal, Endless("cut"));

        AssertInterrupted(ended);
        Assert.Equal($"SIG{signal}: ending after this step; another one after 2 s ends at once.", ended.Error.Split('\n')[0]);
    }

    // A scheduler and its wrapper.
    [Fact]
    public void TwoSignalsAtOnceAreOneRequest()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        var process = _program.Begin(Endless("cut"));
        _program.AwaitLines(process, "cut/meta.csv", 9);
        Program.Send(process, "TERM", "TERM", "HUP");

        AssertInterrupted(Program.End(process));
    }

    [Fact]
    public void AHangUpThatIsIgnoredStaysIgnored()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "where signals are ignored is told by Linux alone");
        _program.Write("train.yaml", Learn);
        var process = _program.BeginInShell("trap '' HUP; exec $L2O train train.yaml --run cut --quiet");
        _program.AwaitLines(process, "cut/meta.csv", 2);
        Program.Send(process, "HUP");

        var ended = Program.End(process);

        Assert.Equal((0, "cut", ""), (ended.ExitCode, ended.Output.Split('\n')[^1], ended.Error));
    }

    // A pipe that nobody fills holds the program up where it looks at no token.
    [Theory]
    [InlineData("INT", 0, 130)]
    [InlineData("TERM", 2.1, 143)]
    public void ASecondCtrlCAndAnyLaterSignalEndAtOnce(string signal, double seconds, int exitCode)
    {
        SkipWhereIgnored(signal);
        using (var make = System.Diagnostics.Process.Start("mkfifo", [At("pipe.yaml")]))
        {
            make.WaitForExit();
        }

        var process = _program.Begin("train", "pipe.yaml");
        using FileStream pipe = new(At("pipe.yaml"), FileMode.Open, FileAccess.Write);
        Program.Send(process, signal);
        var said = process.StandardError.ReadLine();
        var isEndedByFirst = process.WaitForExit(TimeSpan.FromSeconds(seconds));
        Program.Send(process, signal);
        var ended = Program.End(process);

        Assert.Equal($"SIG{signal}: ending after this step; another one after 2 s ends at once.", said);
        Assert.False(isEndedByFirst);
        Assert.Equal(exitCode, ended.ExitCode);
    }

    [Fact]
    public void ASecondProcessIsToldWhoHoldsTheRunAndADeadOnesRunIsTakenOver()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string[] arguments = Endless("run");
        var first = _program.Begin(arguments);
        var holder = first.Id;
        _program.AwaitLines(first, "run/meta.csv", 3);

        var second = _program.Run([.. arguments, "--resume"]);
        var verified = _program.Run("verify", "run");
        Program.Send(first, "KILL");
        Program.End(first, arguments);
        var logged = File.ReadAllLines(At("run/log.txt")).Length;
        var third = _program.RunUntil("run/log.txt", logged + 2, "TERM", [.. arguments, "--resume"]);

        var held = $"run: is in use by process {holder} on {Environment.MachineName}; wait for it";
        Assert.Equal((2, 2, 130), (second.ExitCode, verified.ExitCode, third.ExitCode));
        Assert.Contains(held, second.Error, StringComparison.Ordinal);
        Assert.Contains(held, verified.Error, StringComparison.Ordinal);
    }

    private void AssertInterrupted(Result ended)
    {
        Assert.Equal(130, ended.ExitCode);
        Assert.EndsWith("\ninterrupted", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Ctrl-C", ended.Error + Text("cut/log.txt"), StringComparison.Ordinal);
        Assert.Contains("\"status\": \"interrupted\"", Text("cut/run.json"), StringComparison.Ordinal);
        Assert.True(File.Exists(At("cut/checkpoints/latest.safetensors")));
    }

    // What is ignored is ignored in the programs that the tests start, too: hang-ups by nohup, Ctrl-C by a shell that starts
    // something in the background.
    private static void SkipWhereIgnored(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        var number = signal switch { "HUP" => 1, "INT" => 2, _ => 0 };
        var mask = number == 0 || !OperatingSystem.IsLinux()
            ? ""
            : File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[^1..];
        Assert.SkipWhen(
            mask.Length > 0 && (Convert.ToInt32(mask, fromBase: 16) >> (number - 1) & 1) == 1,
            $"these tests were started with SIG{signal} ignored");
    }

    private string[] Endless(string run) => [.. Arguments("train", run), "--set", "meta.iterations=100000"];

    private string[] Arguments(string command, string run) =>
    [
        command, "--config", _program.Write($"{command}.yaml", ConfigOf(command)), "--run", run, "--quiet",
        .. command == "evaluate" ? new[] { "--jobs", "1" } : [],
    ];

    private static string ConfigOf(string command) => command switch { "train" => Learn, "evaluate" => Compare, _ => Look };

    private string Text(string name) => File.ReadAllText(At(name));

    private string At(string name) => Path.Combine(_program.Folder, name);
}
