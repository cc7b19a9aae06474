using System.Collections;
using L2O.Errors;
using L2O.Experiments.Comparing;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Experiments.Comparing;

public sealed class EvaluateTablesTests
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

    private static readonly string[] Tables = ["curves.csv", "tuning.csv", "summary.csv"];

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public void TablesHaveTheCellsInTheRunsOrder(int first, int second, int third)
    {
        using TemporaryFolder folder = new();
        Write(folder.File("expected"), [[0, 1, 2]]);

        Write(folder.File("run"), [[first, second, third]]);

        AssertSameTables(folder);
    }

    [Fact]
    public void CellsThatWereDoneBeforeTheirTurnAreKeptWhenTheRunEnds()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("expected"), [[0, 1, 2, 3]]);

        Write(folder.File("run"), [[3, 1], [0], [2]]);

        AssertSameTables(folder);
        using var directory = RunDirectory.Resume(folder.File("run"), Run, false, TimeProvider.System);
        using var tables = EvaluateTables.Open(directory);
        Assert.Equal(["cell 0", "cell 1", "cell 2", "cell 3"], tables.Cells.Select(cell => cell.Optimizer));
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(tables.Have));
    }

    [Fact]
    public void CellsOfAnotherConfigAreNotTakenForItsOwn()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("run"), [[0, 2]]);
        using var directory = RunDirectory.Resume(folder.File("run"), Run, false, TimeProvider.System);
        using var tables = EvaluateTables.Open(directory);
        (string, string)[] Cells(params int[] order) => [.. order.Select(i => ($"cell {i}", tables.Cells[0].Optimizee))];

        tables.Check(Cells(0, 1, 2, 3));

        Assert.Contains("cell 0 on ", Assert.Throws<ConfigException>(() => tables.Check(Cells(1, 0, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("now has cell 1 on ", Assert.Throws<ConfigException>(() => tables.Check(Cells(0, 2, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("now has nothing", Assert.Throws<ConfigException>(() => tables.Check(Cells(0, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsSavedAfterACellThatCouldNotBeWritten()
    {
        using TemporaryFolder folder = new();
        Write(folder.File("expected"), [[0, 1, 2]]);
        using (var directory = RunDirectory.Create(folder.File("run"), Run, TimeProvider.System))
        using (var tables = EvaluateTables.Open(directory))
        {
            tables.Add(Cell(0));
            var half = Cell(1) with { Curves = new HalfWritten(Cell(1).Curves) };

            Assert.Equal("full", Assert.Throws<StorageException>(() => tables.Add(half)).Message);
            Assert.Equal("full", Assert.Throws<StorageException>(() => tables.Add(Cell(2))).Message);
        }

        using (var directory = RunDirectory.Resume(folder.File("run"), Run, false, TimeProvider.System))
        using (var tables = EvaluateTables.Open(directory))
        {
            tables.Add(Cell(1));
            tables.Add(Cell(2));
        }

        AssertSameTables(folder);
    }

    private static void Write(string path, int[][] sessions)
    {
        foreach (var (i, session) in sessions.Index())
        {
            using var directory = i == 0
                ? RunDirectory.Create(path, Run, TimeProvider.System)
                : RunDirectory.Resume(path, Run, false, TimeProvider.System);
            using var tables = EvaluateTables.Open(directory);
            foreach (var index in session)
            {
                Assert.False(tables.Have(index));
                tables.Add(Cell(index));
                Assert.True(tables.Have(index));
            }
        }
    }

    // With numbers that text could lose.
    private static FinishedCell Cell(int index)
    {
        var name = $"cell {index}";
        return new(
            index,
            new(name, "bowl", "", [new(name, "bowl", "loss", 1.0 / 3, double.NaN, 0, double.PositiveInfinity, 2, 0)]),
            [new(name, "bowl", "rate=0.1", 0, double.PositiveInfinity)],
            [
                new(name, "bowl", 0, 0, 0.1 + index, 1e-300, null, 2, 0.5, 0),
                new(name, "bowl", 0, 1, double.NaN, 1, null, 2, null, 0),
            ]);
    }

    private static void AssertSameTables(TemporaryFolder folder) => Assert.All(Tables, table => Assert.Equal(
        File.ReadAllText(Path.Combine(folder.File("expected"), table)),
        File.ReadAllText(Path.Combine(folder.File("run"), table))));

    // A disk that is full before the last row.
    private sealed class HalfWritten(IReadOnlyList<CurveRow> rows) : IReadOnlyList<CurveRow>
    {
        public int Count => rows.Count;

        public CurveRow this[int index] => rows[index];

        public IEnumerator<CurveRow> GetEnumerator()
        {
            foreach (var row in rows.SkipLast(1))
            {
                yield return row;
            }

            throw new StorageException("full");
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
