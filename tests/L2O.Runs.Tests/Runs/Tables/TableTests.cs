using FsCheck.Xunit;
using L2O.Errors;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Runs.Tables;

public sealed class TableTests
{
    public sealed record Row(long Iteration, string Optimizee, double MetaLoss, double? TestAccuracy, bool Skipped);

    private static readonly Table<Row> _table = new("a", row => row with { MetaLoss = 0 });

    private static readonly Row[] _rows =
    [
        new(1, "mlp", 1.0 / 3, null, false),
        new(2, "a, \"b\"", double.NaN, double.PositiveInfinity, true),
        new(3, "", double.NegativeInfinity, -0.0, false),
    ];

    [Fact]
    public void RowsAreTextThatAnyProgramReads()
    {
        using TemporaryFolder folder = new();

        Write(folder, _rows);

        Assert.Equal(
            """"
            iteration,optimizee,meta_loss,test_accuracy,skipped
            1,mlp,0.3333333333333333,,false
            2,"a, ""b""",NaN,Infinity,true
            3,,-Infinity,-0,false

            """",
            File.ReadAllText(folder.File("a.csv")));
        Assert.Equal(_rows, _table.RowsIn(folder.Root));
    }

    [Fact]
    public void ATableNamesItsColumnsAndLeavesTimesOut()
    {
        using TemporaryFolder folder = new();
        Write(folder, _rows);

        Assert.Equal(["iteration", "optimizee", "meta_loss", "test_accuracy", "skipped"], _table.Columns);
        Assert.Equal(["2", "a, \"b\"", "NaN", "Infinity", "true"], _table.TextIn(folder.Root, withTimes: true)[1]);
        Assert.Equal(["2", "a, \"b\"", "0", "Infinity", "true"], _table.TextIn(folder.Root, withTimes: false)[1]);
    }

    [Fact]
    public void EveryTableHasAFileOfItsOwn() =>
        Assert.Equal(RunTables.All.Count, RunTables.All.Select(table => table.FileName).Distinct().Count());

    [Property(MaxTest = 30)]
    public void NumbersReadBackToTheBit(double[] values)
    {
        using TemporaryFolder folder = new();
        Row[] rows = [.. values.Select((value, i) => new Row(i, "x", value, -value, i % 2 == 0))];

        Write(folder, rows);

        Assert.Equal(
            rows.Select(row => BitConverter.DoubleToInt64Bits(row.MetaLoss)),
            _table.RowsIn(folder.Root).Select(row => BitConverter.DoubleToInt64Bits(row.MetaLoss)));
    }

    [Fact]
    public void ARowIsInTheFileBeforeTheFileIsClosed()
    {
        using TemporaryFolder folder = new();
        using var writer = _table.Open(folder.Root, rowCount: null);

        writer.Append(_rows[0]);

        Assert.Equal([_rows[0]], _table.RowsIn(folder.Root));
        Assert.Equal(1, writer.RowCount);
    }

    [Fact]
    public void GoingOnCutsBackToTheCheckpoint()
    {
        using TemporaryFolder folder = new();
        Write(folder, _rows);
        var whole = File.ReadAllBytes(folder.File("a.csv"));
        File.AppendAllText(folder.File("a.csv"), "4,half a ro");

        using (var writer = _table.Open(folder.Root, rowCount: 2))
        {
            Assert.Equal(2, writer.RowCount);
            writer.Append(_rows[2]);
        }

        Assert.Equal(whole, File.ReadAllBytes(folder.File("a.csv")));
    }

    // Counted by line breaks, six such rows, one of them appended later, were four.
    [Fact]
    public void RowsThatHoldLineBreaksAreCountedAsRows()
    {
        using TemporaryFolder folder = new();
        Row[] rows = [.. Enumerable.Range(0, 6).Select(i => new Row(i, "a\nb", i, null, false))];
        Write(folder, rows);

        using (var writer = _table.Open(folder.Root, rowCount: 6))
        {
            writer.Append(rows[0]);
        }

        Assert.Equal([.. rows, rows[0]], _table.RowsIn(folder.Root));
    }

    [Fact]
    public void GoingOnAfterMoreRowsThanThereAreIsRefused()
    {
        using TemporaryFolder folder = new();
        Write(folder, _rows);
        var before = File.ReadAllBytes(folder.File("a.csv"));

        var error = Assert.Throws<CheckpointException>(() => _table.Open(folder.Root, rowCount: 4));

        Assert.Contains("has 3 rows, the checkpoint goes on after 4", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.File("a.csv")));
    }

    [Fact]
    public void GoingOnUnderOtherColumnsOrWithoutTheFileIsRefusedAndLeavesNoFileOpen()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a.csv"), "iteration,optimizer,meta_loss,test_accuracy,skipped\n1,2,3,4,true\n");

        var error = Assert.Throws<CheckpointException>(() => _table.Open(folder.Root, rowCount: 1));

        Assert.Contains("has the column optimizer and lacks the column optimizee;", error.Message, StringComparison.Ordinal);
        using (File.Open(folder.File("a.csv"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
        }

        Assert.Throws<CheckpointException>(() => new Table<Row>("b").Open(folder.Root, rowCount: 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("iteration,meta_loss\n1,2\n")]
    [InlineData("iteration,optimizee,meta_loss,test_accuracy,skipped\n1,mlp,many,,false\n")]
    [InlineData("iteration,optimizee,meta_loss,test_accuracy,skipped\n1,mlp\n")]
    public void WhatIsNoSuchTableIsRefused(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a.csv"), text);

        var error = Assert.Throws<CheckpointException>(() => _table.RowsIn(folder.Root));

        Assert.StartsWith(folder.File("a.csv"), error.Message, StringComparison.Ordinal);
    }

    // An editor or a spreadsheet saves so.
    [Theory]
    [InlineData("", "\r\n", "CRLF line ends")]
    [InlineData("\uFEFF", "\n", "a byte order mark")]
    [InlineData("\uFEFF", "\r\n", "a byte order mark and CRLF line ends")]
    public void AForeignTextIsReadAndNotAppendedTo(string mark, string lineEnd, string expected)
    {
        using TemporaryFolder folder = new();
        Write(folder, _rows);
        var text = mark + File.ReadAllText(folder.File("a.csv")).Replace("\n", lineEnd, StringComparison.Ordinal);
        File.WriteAllText(folder.File("a.csv"), text);
        var before = File.ReadAllBytes(folder.File("a.csv"));

        Assert.Equal(_rows, _table.RowsIn(folder.Root));
        var sentence = $"{folder.File("a.csv")}: has {expected}, which an editor or a spreadsheet adds; take this out again, for "
            + $"instance by: sed -i '1s/^\\xEF\\xBB\\xBF//; s/\\r$//' {folder.File("a.csv")}";
        Assert.Equal(sentence, Assert.Throws<CheckpointException>(() => _table.Open(folder.Root, rowCount: 3)).Message);
        Assert.Equal(sentence, Assert.Throws<CheckpointException>(() => _table.RecordedIn(folder.Root)).Message);
        Assert.Equal(before, File.ReadAllBytes(folder.File("a.csv")));
    }

    [Fact]
    public void OneCrLfAmongManyLinesIsFound()
    {
        using TemporaryFolder folder = new();
        Write(folder, Enumerable.Range(0, 9000).Select(i => _rows[0] with { Iteration = i }));
        var lines = File.ReadAllText(folder.File("a.csv"));
        var place = lines.IndexOf('\n', (1 << 16) - 1);
        Assert.All(Enumerable.Range(0, 2), shift =>
        {
            File.WriteAllText(folder.File("a.csv"), lines[shift..place] + '\r' + lines[place..]);
            Assert.Throws<CheckpointException>(() => ForeignText.Refuse(folder.File("a.csv")));
        });
    }

    [Theory]
    [InlineData("iteration,meta_loss", "lacks the columns optimizee, test_accuracy, skipped;")]
    [InlineData("iteration,optimizee,meta_loss,test_accuracy,skipped,more", "has the column more, which this table does not know;")]
    [InlineData("iteration,meta_loss,optimizee,test_accuracy,skipped", "has its columns in another order: number 2 is meta_loss, expected optimizee;")]
    [InlineData("iteration;optimizee;meta_loss;test_accuracy;skipped", "begins with `iteration;optimizee;meta_loss;test_accuracy;skipped`, expected the columns iteration,optimizee,")]
    [InlineData("", "has no line of columns, expected iteration,optimizee,")]
    public void OtherColumnsAreNamed(string line, string expected)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("a.csv"), $"{line}\n");

        var read = Assert.Throws<CheckpointException>(() => _table.RowsIn(folder.Root)).Message;

        Assert.Contains($"a.csv: {expected}", read, StringComparison.Ordinal);
        Assert.Equal(read, Assert.Throws<CheckpointException>(() => _table.Open(folder.Root, rowCount: 0)).Message);
    }

    private static void Write(TemporaryFolder folder, IEnumerable<Row> rows)
    {
        using var writer = _table.Open(folder.Root, rowCount: null);
        foreach (var row in rows)
        {
            writer.Append(row);
        }
    }
}
