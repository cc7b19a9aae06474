using System.Security.Cryptography;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class VerifyCommandTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}, {kind: rosenbrock}]
        meta: {iterations: 12, steps: 10, unroll: 5}
        validation: {every: 4, episodes: 2}
        checkpoint_seconds: 1e9
        """;

    private const string Compare = """
        name: compare
        optimizers: [{kind: adam, learning_rate: 1e-2}, {kind: sgd, learning_rate: [1e-4, 1e-2, 1e3]}]
        optimizees: [{kind: rosenbrock}, {kind: quadratic, dimension: 3, instances: 8}]
        steps: 40
        seeds: 2
        record_every: 10
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void AMetaTrainingThatIsDoneIsVerifiedAndLeftAsItIs()
    {
        Train();
        var before = Hashes();

        var result = _program.Run("verify", "run");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(result.Output.Split('\n'), line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.Contains("latest.safetensors: checksums hold; iteration 12, unroll 0", result.Output, StringComparison.Ordinal);
        Assert.Contains("meta.csv: 13 columns, 24 rows\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            "previous.safetensors: going on gives the same 8 rows of meta.csv and 2 rows of validation.csv, "
            + "and the same bytes of latest.safetensors",
            result.Output,
            StringComparison.Ordinal);
        Assert.Equal(before, Hashes());
    }

    [Fact]
    public void FewerRowsAreDoneAgainOnDemand()
    {
        Train();

        var result = _program.Run("verify", "run", "--rows", "3");

        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("the same 3 rows of meta.csv and 0 rows of validation.csv", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AKilledMetaTrainingIsVerifiedByTheRowsBehindItsCheckpoint()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        _program.Write("learn.yaml", Learn);
        _program.RunUntil(
            "run/meta.csv",
            lines: 9,
            "KILL",
            ["train", "--config", "learn.yaml", "--run", "run", "--quiet", "--set", "validation.every=1000",
                "--set", "meta.iterations=5000"]);

        var result = _program.Run("verify", "run", "--rows", "5");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(" more, which resuming does again", result.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            "latest.safetensors: going on gives the same 5 rows of meta.csv and 0 rows of validation.csv",
            result.Output,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meta.csv", 20, "meta.csv:20: is MetaRow")]
    [InlineData("validation.csv", 8, "validation.csv:8: is ValidationRow")]
    public void ARecordedNumberThatDoesNotComeAgainIsNamed(string table, int line, string sentence)
    {
        Train();
        Edit($"run/{table}", line - 1, ReplaceDigit);

        AssertFails(sentence);
    }

    [Theory]
    [InlineData("meta.csv", "has 23 rows, the run's state counts 24")]
    [InlineData("validation.csv", "has 7 rows, the run's state counts 8")]
    public void AMissingRowIsCounted(string table, string sentence)
    {
        Train();
        var path = At($"run/{table}");
        File.WriteAllLines(path, File.ReadAllLines(path).SkipLast(1));

        AssertFails(sentence);
    }

    [Fact]
    public void AColumnTooManyOrAnotherHeaderIsNamed()
    {
        Train();
        Edit("run/meta.csv", 3, text => $"{text},1");
        AssertFails("meta.csv:4: is no row with the columns iteration,unroll,");
        Edit("run/meta.csv", 0, text => $"{text},more");
        AssertFails("meta.csv: has the column more, which this table does not know;");
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("previous")]
    [InlineData("best")]
    public void OneBitOfACheckpointIsMissed(string name)
    {
        Train();
        var path = At($"run/checkpoints/{name}.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^9] ^= 4;
        File.WriteAllBytes(path, bytes);

        AssertFails($"{name}.safetensors: ");
    }

    [Fact]
    public void AnEditedConfigIsNotTheRuns()
    {
        Train();
        var path = At("run/config.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("seed: 1", "seed: 2", StringComparison.Ordinal));

        AssertFails("config.yaml: is not the config that run.json names");
    }

    [Fact]
    public void ARunOfAnotherProgramIsDoneAgainOnlyByForce()
    {
        Train();
        var path = At("run/run.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"l2o\": \"", "\"l2o\": \"9.", StringComparison.Ordinal));

        AssertFails("version of l2o was 9.");
        Assert.Equal(0, _program.Run("verify", "run", "--force").ExitCode);
    }

    [Fact]
    public void ARunThatAnotherProcessWorksOnIsLeftAlone()
    {
        Train();
        using FileStream held = new(At("run/lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var result = _program.Run("verify", "run");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("run: is in use by process ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereNoRunIsThereIsNothingToVerify()
    {
        var result = _program.Run("verify", "nowhere");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("nowhere: holds no run", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AComparisonThatIsDoneIsVerifiedAndLeftAsItIs()
    {
        Evaluate();
        var before = Hashes();

        var result = _program.Run("verify", "run");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.All(result.Output.Split('\n'), line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
        Assert.Contains("progress.json: 4 cells are done", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("gives the same 10 rows of curves.csv, 64 rows of outcomes.csv, 1 rows of tuning.csv, 32 rows of summary.csv again", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, Hashes());
    }

    [Theory]
    [InlineData("curves.csv")]
    [InlineData("tuning.csv")]
    [InlineData("outcomes.csv")]
    [InlineData("summary.csv")]
    public void ARecordedNumberOfAComparisonThatDoesNotComeAgainIsNamed(string table)
    {
        Evaluate();
        var count = File.ReadAllLines(At($"run/{table}")).Length;
        Edit($"run/{table}", table is "summary.csv" or "outcomes.csv" ? count - 18 : count - 1, ReplaceDigit);

        AssertFails(table);
    }

    [Fact]
    public void AKilledComparisonIsVerified()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        _program.Write("compare.yaml", Compare);

        // This file exists as soon as the first cell is done, and holds no line break.
        var killed = _program.RunUntil(
            "run/progress.json", lines: 0, "KILL",
            ["evaluate", "--config", "compare.yaml", "--run", "run", "--quiet", "--jobs", "1", "--set", "steps=2000"]);

        var result = _program.Run("verify", "run", "--rows", "20");

        Assert.Equal(137, killed.ExitCode);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches("gives the same [1-9][0-9]* rows of curves.csv", result.Output);
    }

    private void Train()
    {
        _program.Write("learn.yaml", Learn);
        Assert.Equal(0, _program.Run("train", "--config", "learn.yaml", "--run", "run", "--quiet").ExitCode);
    }

    private void Evaluate()
    {
        _program.Write("compare.yaml", Compare);
        Assert.Equal(0, _program.Run("evaluate", "--config", "compare.yaml", "--run", "run", "--quiet").ExitCode);
    }

    private void AssertFails(string sentence)
    {
        var result = _program.Run("verify", "run");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(
            result.Output.Split('\n'),
            line => line.StartsWith("FAILED", StringComparison.Ordinal) && line.Contains(sentence, StringComparison.Ordinal));
        Assert.Contains("checks failed", result.Error, StringComparison.Ordinal);
    }

    // A digit before the last column, which is the time in all but tuning.csv.
    private static string ReplaceDigit(string line)
    {
        var values = line.Split(',');
        var untimed = values.Length - (values.Length == 5 ? 1 : 2);
        var i = Array.FindLastIndex(values, untimed, value => value.Contains('.', StringComparison.Ordinal));
        i = i < 0 ? values.Length - 1 : i;
        values[i] = values[i][..3] + (values[i][3] == '7' ? '8' : '7') + values[i][4..];
        return string.Join(',', values);
    }

    private void Edit(string name, int line, Func<string, string> change)
    {
        var lines = File.ReadAllLines(At(name));
        lines[line] = change(lines[line]);
        File.WriteAllText(At(name), string.Concat(lines.Select(text => text + "\n")));
    }

    private string[] Hashes() =>
    [
        .. Directory.GetFiles(At("run"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"),
    ];

    private string At(string name) => Path.Combine(_program.Folder, name);
}
