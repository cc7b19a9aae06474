using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>What a run does about meta-gradients that are not finite, by its policy.</summary>
public sealed class DivergenceTests : IDisposable
{
    // The bowl overflows whenever it is drawn.
    private const string Sick = """
        name: sick
        seed: 2
        optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
        optimizees:
          - {kind: quadratic, dimension: 3, instances: 8, weight: 0.9}
          - {kind: bowl, condition: 1e300, weight: 0.1}
        meta: {iterations: 40, steps: 10, unroll: 5}
        validation: {every: 8, episodes: 1}
        checkpoint_seconds: 0
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ARollbackIsLoggedCountedAndResumedExactly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        Assert.Equal(0, _program.Run(Arguments("whole", "rollback")).ExitCode);
        var rows = Rows("whole");
        var sick = Array.FindIndex(rows, row => row[8] == "1");
        Assert.InRange(sick, 1, rows.Length - 10);

        // Killed behind the first rollback, so that the lowered rate and the place to go back to come from the checkpoint.
        _program.RunUntil("cut/meta.csv", sick + 5, "KILL", Arguments("cut", "rollback"));
        var resumed = _program.Run([.. Arguments("cut", "rollback"), "--resume"]);
        var verified = _program.Run("verify", "cut");

        Assert.Equal((0, 0), (resumed.ExitCode, verified.ExitCode));
        RunFiles.AssertSame(At("whole"), At("cut"));
        Assert.Equal(rows.Count(row => row[8] == "1"), int.Parse(rows[^1][^2], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(("0", "1"), (rows[sick - 1][^2], rows[sick][^2]));
        Assert.Contains(
            "Rollback 1: phi is again that of iteration ", File.ReadAllText(At("whole/log.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void StopEndsAtTheFirst()
    {
        var result = _program.Run(Arguments("run", "stop"));

        Assert.Equal(4, result.ExitCode);
        Assert.Contains(
            "error: the meta-gradient was not finite, up to iteration ",
            Assert.Single(result.Error.Split('\n'), line => line.StartsWith("error", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        Assert.Contains(
            " ERR The run ended early\nL2O.Errors.DivergedException: ",
            File.ReadAllText(At("run/log.txt")),
            StringComparison.Ordinal);
        Assert.Single(Rows("run"), row => row[8] == "1");
        Assert.Contains("\"status\": \"diverged\"", File.ReadAllText(At("run/run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void SkipGoesOnWithTheSameRate()
    {
        Assert.Equal(0, _program.Run(Arguments("skip", "skip")).ExitCode);
        Assert.Equal(0, _program.Run(Arguments("rollback", "rollback")).ExitCode);

        var (skipped, rolledBack) = (Rows("skip"), Rows("rollback"));
        var first = Array.FindIndex(skipped, row => row[8] == "1");
        Assert.All(skipped, row => Assert.Equal("0", row[^2]));
        Assert.Equal(skipped.Take(first).Select(Loss), rolledBack.Take(first).Select(Loss));
        Assert.NotEqual(skipped.Skip(first).Select(Loss), rolledBack.Skip(first).Select(Loss));
    }

    [Fact]
    public void NotEnoughMemoryIsOneSentence()
    {
        var result = _program.Run(
            [.. Arguments("run", "skip"), "--set", "optimizees=[{kind: quadratic, dimension: 2000000, instances: 100000}]"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error: there is not enough memory (", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"status\": \"failed\"", File.ReadAllText(At("run/run.json")), StringComparison.Ordinal);
    }

    private static string Loss(string[] row) => row[3];

    private string[] Arguments(string run, string policy) =>
    [
        "train", "--config", _program.Write("sick.yaml", Sick), "--run", run, "--quiet",
        "--set", $"meta.on_divergence={policy}",
    ];

    // Names of these optimizees hold no commas.
    private string[][] Rows(string run) =>
        [.. File.ReadAllLines(At($"{run}/meta.csv")).Skip(1).Select(line => line.Split(','))];

    private string At(string name) => Path.Combine(_program.Folder, name);
}
