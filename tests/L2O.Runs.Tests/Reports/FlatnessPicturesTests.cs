using L2O.Reports;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Reports;

public sealed class FlatnessPicturesTests : IDisposable
{
    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    private readonly TemporaryFolder _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("density-mlp-a-b")]
    [InlineData("slice-mlp-a-b")]
    [InlineData("plane-mlp-a-b")]
    [InlineData("correlations")]
    public void EachIsAPngAndAnSvgWithLabelsAndLines(string name)
    {
        WriteTables(withNumbers: true);

        FlatnessPictures.Write(_run.Root, default);

        Assert.Equal(PngSignature, File.ReadAllBytes(_run.File($"pictures/{name}.png"))[..4]);
        var svg = File.ReadAllText(_run.File($"pictures/{name}.svg"));
        Assert.StartsWith("<?xml", svg, StringComparison.Ordinal);
        Assert.Contains("<text", svg, StringComparison.Ordinal);
        Assert.Contains("<path", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameTablesGiveTheSameBytes()
    {
        WriteTables(withNumbers: true);
        FlatnessPictures.Write(_run.Root, default);
        var first = File.ReadAllBytes(_run.File("pictures/density-mlp-a-b.png"));

        FlatnessPictures.Write(_run.Root, default);

        Assert.Equal(first, File.ReadAllBytes(_run.File("pictures/density-mlp-a-b.png")));
    }

    [Fact]
    public void WhereEveryRunDivergedThereIsNothingToDraw()
    {
        WriteTables(withNumbers: false);

        FlatnessPictures.Write(_run.Root, default);

        Assert.Empty(Directory.GetFiles(_run.File("pictures")));
    }

    [Fact]
    public void ALossThatIsNotFiniteDoesNotStopThePictures()
    {
        WriteTables(withNumbers: true);
        Write(RunTables.Slices, [Slice(-1, double.NaN), Slice(0, 0.1), Slice(1, double.PositiveInfinity)]);
        Write(RunTables.Planes, [
            Plane(-1, -1, double.NaN), Plane(1, -1, 2), Plane(-1, 1, double.PositiveInfinity), Plane(1, 1, 3)]);

        FlatnessPictures.Write(_run.Root, default);

        Assert.True(File.Exists(_run.File("pictures/slice-mlp-a-b.png")));
        Assert.True(File.Exists(_run.File("pictures/plane-mlp-a-b.png")));
    }

    private void WriteTables(bool withNumbers)
    {
        Write(RunTables.Esd, withNumbers ? [new EsdRow("adam", "mlp a/b", 0, -0.1, 0.2, 0), new("sgd", "mlp a/b", 0, 2, 0.8, 0)] : []);
        Write(RunTables.Slices, withNumbers ? [Slice(-1, 2), Slice(0, 0.1), Slice(1, 3)] : []);
        Write(RunTables.Planes, withNumbers ? [Plane(-1, -1, 1), Plane(1, -1, 2), Plane(-1, 1, 4), Plane(1, 1, 3)] : []);
        var tau = withNumbers ? 0.5 : double.NaN;
        Write(RunTables.Correlations, [new CorrelationRow("all", "trace", "loss_gap", tau, tau - 0.2, tau + 0.2, 4, 0)]);
    }

    private static SliceRow Slice(double x, double loss) => new("adam", "mlp a/b", 0, x, loss);

    private static PlaneRow Plane(double x, double y, double loss) => new("adam", "mlp a/b", 0, x, y, loss);

    private void Write<T>(Table<T> table, IEnumerable<T> rows)
        where T : class
    {
        using var writer = table.Open(_run.Root, rowCount: null);
        foreach (var row in rows)
        {
            writer.Append(row);
        }
    }
}
