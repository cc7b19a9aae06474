using FsCheck.Xunit;
using L2O.Errors;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Runs.Tables;

public sealed class CsvFileTests
{
    public sealed record Row(long Iteration, string Optimizee, double MetaLoss, double? TestAccuracy, bool Skipped);

    private static readonly Row[] _rows =
    [
        new(1, "mlp", 1.0 / 3, null, false),
        new(2, "a, \"b\"", double.NaN, double.PositiveInfinity, true),
        new(3, "", double.NegativeInfinity, -0.0, false),
    ];

    [Fact]
    public void RowsAreTextThatAnyProgramReads()
    {
        using var folder = new TemporaryFolder();

        Write(folder.File("a.csv"), _rows);

        Assert.Equal(
            """"
            iteration,optimizee,meta_loss,test_accuracy,skipped
            1,mlp,0.3333333333333333,,false
            2,"a, ""b""",NaN,Infinity,true
            3,,-Infinity,-0,false

            """",
            File.ReadAllText(folder.File("a.csv")));
        Assert.Equal(_rows, CsvFile<Row>.Read(folder.File("a.csv")));
    }

    [Property(MaxTest = 30)]
    public void NumbersReadBackToTheBit(double[] values)
    {
        using var folder = new TemporaryFolder();
        Row[] rows = [.. values.Select((value, i) => new Row(i, "x", value, -value, i % 2 == 0))];

        Write(folder.File("a.csv"), rows);

        Assert.Equal(
            rows.Select(row => BitConverter.DoubleToInt64Bits(row.MetaLoss)),
            CsvFile<Row>.Read(folder.File("a.csv")).Select(row => BitConverter.DoubleToInt64Bits(row.MetaLoss)));
    }

    [Fact]
    public void ARowIsInTheFileBeforeTheFileIsClosed()
    {
        using var folder = new TemporaryFolder();
        using var csv = CsvFile<Row>.Create(folder.File("a.csv"));

        csv.Append(_rows[0]);

        Assert.Equal([_rows[0]], CsvFile<Row>.Read(folder.File("a.csv")));
        Assert.Equal(new FileInfo(folder.File("a.csv")).Length, csv.Position);
        Assert.Equal(csv.Position, csv.FlushToDisk());
    }

    [Fact]
    public void OpenAtCutsBackToTheCheckpointAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.csv");
        Write(path, _rows);
        var whole = File.ReadAllBytes(path);
        var position = whole.Length - "3,,-Infinity,-0,false\n".Length;
        File.AppendAllText(path, "4,half a ro");

        using (var csv = CsvFile<Row>.OpenAt(path, position))
        {
            Assert.Equal(position, csv.Position);
            csv.Append(_rows[2]);
        }

        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(1, "bytes, the checkpoint goes on after 1")]
    [InlineData(60, "no row that ends at byte 60")]
    [InlineData(100_000, "bytes, the checkpoint goes on after 100000")]
    public void OpenAtRefusesAPositionThatIsNoRowsEnd(long position, string reason)
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("a.csv"), _rows);
        var before = File.ReadAllBytes(folder.File("a.csv"));

        var error = Assert.Throws<CheckpointException>(() => CsvFile<Row>.OpenAt(folder.File("a.csv"), position));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.File("a.csv")));
    }

    [Fact]
    public void OpenAtRefusesOtherColumnsAndAMissingFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.csv"), "iteration,optimizer,meta_loss,test_accuracy,skipped\n1,2,3,4,true\n");

        Assert.Contains(
            "other columns",
            Assert.Throws<CheckpointException>(() => CsvFile<Row>.OpenAt(folder.File("a.csv"), 65)).Message,
            StringComparison.Ordinal);
        Assert.Throws<CheckpointException>(() => CsvFile<Row>.OpenAt(folder.File("b.csv"), 65));
    }

    [Theory]
    [InlineData("")]
    [InlineData("iteration,meta_loss\n1,2\n")]
    [InlineData("iteration,optimizee,meta_loss,test_accuracy,skipped\n1,mlp,many,,false\n")]
    [InlineData("iteration,optimizee,meta_loss,test_accuracy,skipped\n1,mlp\n")]
    public void ReadRefusesWhatIsNoSuchTable(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.csv"), text);

        var error = Assert.Throws<CheckpointException>(() => CsvFile<Row>.Read(folder.File("a.csv")));

        Assert.StartsWith(folder.File("a.csv"), error.Message, StringComparison.Ordinal);
    }

    private static void Write(string path, IEnumerable<Row> rows)
    {
        using var csv = CsvFile<Row>.Create(path);
        foreach (var row in rows)
        {
            csv.Append(row);
        }
    }
}
