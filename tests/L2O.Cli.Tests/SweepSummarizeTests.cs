using System.Text.Json;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class SweepSummarizeTests : IDisposable
{
    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ArmsAndDifferencesAreWrittenAndPrintedAndWhatIsMissingIsSaid()
    {
        Evaluate("optimizers", "{kind: adam, learning_rate: 1e-2}, {kind: rmsprop, learning_rate: 1e-3}");
        Evaluate("none-s1", "{name: none-s1, kind: sgd, learning_rate: 1e-6}");
        Evaluate("none-s2", "{name: none-s2, kind: sgd, learning_rate: 2e-6}");
        WriteSweep(1, 2, 3);

        var result = _program.Run("sweep", "summarize", "sweep");
        var first = Tables();
        var again = _program.Run("sweep", "summarize", "sweep");

        Assert.Equal((0, "left out: evaluate/unseen/none-s3 is not begun"), (result.ExitCode, result.Error));
        Assert.All(result.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.Matches(@"(^|\n)unseen: final_train_loss\n +mean +minus adam +runs\nbowl\n  none +\S+ \[\S+, \S+\] +\S+ \[\S+, \S+\] +2 x 2\n", result.Output);
        Assert.Matches(@"\nratio to adam\n  none +\S+ \[\S+, \S+\] +2 x 2\n", result.Output);
        Assert.EndsWith("sweep/arms.csv\nsweep/differences.csv", result.Output.Replace('\\', '/'), StringComparison.Ordinal);
        Assert.Equal(["none", "adam", "rmsprop"], first[0].Skip(1).Select(line => line.Split(',')[0]).Distinct());
        Assert.Equal(["none", "rmsprop"], first[1].Skip(1).Select(line => line.Split(',')[0]).Distinct());
        Assert.Equal((result.Output, result.Error), (again.Output, again.Error));
        Assert.Equal(first, Tables());
    }

    [Fact]
    public void ASweepOfWhichNothingIsDoneIsOneSentence()
    {
        WriteSweep(1);

        var result = _program.Run("sweep", "summarize", "sweep");

        Assert.Equal(
            (2, "", "error: sweep: no evaluation or analysis of this sweep is complete (evaluate/unseen/none-s1 is not begun), so there is "
                + "nothing to summarize; scripts/sweep.sh runs them"),
            (result.ExitCode, result.Output, result.Error));
        Assert.Equal(["sweep.json"], Directory.GetFiles(At("sweep")).Select(Path.GetFileName));
    }

    private void Evaluate(string run, string optimizers)
    {
        _program.Write("unseen.yaml", $$"""
            name: unseen
            optimizers: [{{optimizers}}]
            optimizees: [{name: bowl, kind: bowl}, {kind: rosenbrock}]
            steps: 20
            seeds: 2
            record_every: 10
            """);
        Assert.Equal(0, _program.Run("evaluate", "unseen.yaml", "--run", $"sweep/evaluate/unseen/{run}", "--quiet").ExitCode);
    }

    private void WriteSweep(params int[] metaSeeds)
    {
        object[] runs =
        [
            .. metaSeeds.Select(seed => new
            {
                directory = $"evaluate/unseen/none-s{seed}", kind = "evaluate", config = "unseen", arm = "none", meta_seed = seed,
                of = $"train/none-s{seed}", arguments = Array.Empty<string>(),
            }),
            .. metaSeeds.Length == 1 ? [] : new object[]
            {
                new { directory = "evaluate/unseen/optimizers", kind = "evaluate", config = "unseen", arguments = Array.Empty<string>() },
            },
        ];
        _program.Write("sweep/sweep.json", JsonSerializer.Serialize(new { name = "sweep", file = "sweep.yaml", reference = "adam", runs }));
    }

    private string[][] Tables() => [File.ReadAllLines(At("sweep/arms.csv")), File.ReadAllLines(At("sweep/differences.csv"))];

    private string At(string name) => Path.Combine(_program.Folder, name);
}
