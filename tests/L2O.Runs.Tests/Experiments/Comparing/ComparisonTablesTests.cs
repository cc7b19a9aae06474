using L2O.Errors;
using L2O.Experiments.Comparing;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Experiments.Comparing;

public sealed class ComparisonTablesTests
{
    private static readonly RunDescription Run = new()
    {
        Kind = "evaluate",
        Name = "compare",
        Seed = 1,
        Device = "cpu",
        ThreadCount = 1,
        Config = "name: compare\n",
        Data = new Dictionary<string, string>(),
    };

    private static readonly Table[] Tables = [RunTables.Tuning, RunTables.Curves, RunTables.Summary];

    [Fact]
    public void CellsAreKeptWhateverTheOrderInWhichTheyAreDone()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("expected"), [[0, 1, 2, 3]]);

        Write(folder.File("run"), [[3, 1], [0], [2]]);

        Sort(folder.File("run"), count: 4);
        AssertSameTables(folder);
        var progress = ComparisonProgress.In(folder.File("run"));
        Assert.Equal(["cell 3", "cell 1", "cell 0", "cell 2"], progress.Cells.Select(cell => cell.Optimizer));
        Assert.All(progress.Cells, cell => Assert.Equal((2, 1), (cell.Rows["curves"], cell.Rows["summary"])));
    }

    // A run may be killed between the sorting of one table and that of the next.
    [Fact]
    public void TablesThatAreInOrderStayAsTheyAre()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("run"), [[1, 0]]);
        Sort(folder.File("run"), count: 2);
        var before = File.ReadAllBytes(RunTables.Curves.PathIn(folder.File("run")));
        var written = File.GetLastWriteTimeUtc(RunTables.Curves.PathIn(folder.File("run")));

        Sort(folder.File("run"), count: 2);

        Assert.Equal(before, File.ReadAllBytes(RunTables.Curves.PathIn(folder.File("run"))));
        Assert.Equal(written, File.GetLastWriteTimeUtc(RunTables.Curves.PathIn(folder.File("run"))));
    }

    [Fact]
    public void ACellThatTheConfigNoLongerHasIsNotPassedOver()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("run"), [[0, 2]]);
        var progress = ComparisonProgress.In(folder.File("run"));

        progress.Check(folder.File("run"), [new("cell 2", "bowl"), new("cell 7", "bowl"), new("cell 0", "bowl")]);
        var error = Assert.Throws<ConfigException>(() => progress.Check(folder.File("run"), [new("cell 0", "bowl")]));

        Assert.Contains("cell 2 on bowl is done", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunOfAVersionThatDidNotKnowATableIsNotGoneOnWith()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("run"), [[0]]);
        var before = File.ReadAllText(RunTables.Curves.PathIn(folder.File("run")));

        using var directory = RunDirectory.Resume(folder.File("run"), Run, false, TimeProvider.System);
        var error = Assert.Throws<CheckpointException>(() => new ComparisonTables(directory, [.. Tables, RunTables.Outcomes]));

        Assert.StartsWith(
            $"{RunTables.Outcomes.PathIn(folder.File("run"))}: another version of l2o, which run.json names, did a part of this run without",
            error.Message,
            StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(RunTables.Curves.PathIn(folder.File("run"))));
        Assert.False(File.Exists(RunTables.Outcomes.PathIn(folder.File("run"))));
    }

    [Fact]
    public void NothingIsSavedAfterACellThatCouldNotBeWritten()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("expected"), [[0, 1, 2]]);
        using (var directory = RunDirectory.Create(folder.File("run"), Run, TimeProvider.System))
        using (ComparisonTables tables = new(directory, Tables))
        {
            tables.Add(Name(0), Rows(0));
            RowBatch half = new();
            half.Add(RunTables.Curves, Rows(1).Of(RunTables.Curves).First());
            half.Add(RunTables.Esd, new EsdRow("of", "no table here", 0, 0, 0, 0));

            Assert.ThrowsAny<Exception>(() => tables.Add(Name(1), half));
            Assert.Throws<StorageException>(() => tables.Add(Name(2), Rows(2)));
        }

        Write(folder.File("run"), [[1, 2]]);

        AssertSameTables(folder);
    }

    private static void Write(string path, int[][] sessions)
    {
        foreach (var session in sessions)
        {
            using var directory = Directory.Exists(path)
                ? RunDirectory.Resume(path, Run, false, TimeProvider.System)
                : RunDirectory.Create(path, Run, TimeProvider.System);
            using ComparisonTables tables = new(directory, Tables);
            foreach (var index in session)
            {
                Assert.DoesNotContain(Name(index), tables.Done);
                tables.Add(Name(index), Rows(index));
                Assert.Contains(Name(index), tables.Done);
            }
        }
    }

    private static void Sort(string run, int count)
    {
        var places = Enumerable.Range(0, count).ToDictionary(Name);
        Assert.All(Tables, table => table.Sort(run, places));
    }

    private static CellName Name(int index) => new($"cell {index}", "bowl");

    // With numbers that text could lose.
    private static RowBatch Rows(int index)
    {
        var name = $"cell {index}";
        RowBatch rows = new();
        rows.Add(RunTables.Tuning, new TuningRow(name, "bowl", "rate=0.1", 0, double.PositiveInfinity, true));
        rows.Add(RunTables.Curves, new CurveRow(name, "bowl", 0, 0, 0.1 + index, 1e-300, null, 3, 0.25, 2, 0.5, 0));
        rows.Add(RunTables.Curves, new CurveRow(name, "bowl", 0, 1, double.NaN, 1, null, 3, null, 2, null, 0));
        rows.Add(
            RunTables.Summary, new SummaryRow(name, "bowl", "loss", 1.0 / 3, double.NaN, 0, double.PositiveInfinity, 2, 0));
        return rows;
    }

    private static void AssertSameTables(TemporaryFolder folder) => Assert.All(Tables, table => Assert.Equal(
        File.ReadAllText(table.PathIn(folder.File("expected"))), File.ReadAllText(table.PathIn(folder.File("run")))));
}
