using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using L2O.Reports;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Reports;

public sealed partial class FlatnessPicturesTests : IDisposable
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

    // Spectra reach from -0.1 to 2, of which 1% is 0.021.
    [Theory]
    [InlineData("density-mlp-a-b", "Spectral density of the Hessian: mlp a/b", "standard deviation of 0.021, 1% of the range")]
    [InlineData("slice-mlp-a-b", "Loss along a random direction: mlp a/b", "thick lines: their mean")]
    [InlineData("plane-mlp-a-b", "Loss in a plane through a solution: mlp a/b", "Contours are labelled with their loss", "adam, seed 0")]
    [InlineData("correlations", "Rank correlations of flatness", "none of fewer than 8 cells", "0 diverged and 1 untrained")]
    public void EachHasATitleAndACaptionThatSaysHowToReadIt(string name, params string[] words)
    {
        WriteTables(withNumbers: true);

        FlatnessPictures.Write(_run.Root, default);

        var text = string.Join(' ', TextsOf($"pictures/{name}.svg").Select(entry => entry.Text));
        Assert.All(words, word => Assert.Contains(word, text, StringComparison.Ordinal));
    }

    // Between 1 and 4 nine contours are at tenths of the logarithm; the legend stands to the right of every curve's end.
    [Fact]
    public void ContoursHaveValuesAndTheLegendCoversNothing()
    {
        WriteTables(withNumbers: true);
        Write(RunTables.Planes, Enumerable.Range(0, 81).Select(i => Plane((i % 9) - 4, (i / 9) - 4, Math.Pow(4, (i % 9) / 8.0))));

        FlatnessPictures.Write(_run.Root, default);

        Assert.Superset(
            new HashSet<string>(["1.1", "1.3", "1.5", "1.7", "2.0", "2.3", "2.6", "3.0", "3.5"]),
            TextsOf("pictures/plane-mlp-a-b.svg").Select(entry => entry.Text).ToHashSet());
        Assert.All(["density", "slice"], picture =>
        {
            var texts = TextsOf($"pictures/{picture}-mlp-a-b.svg");
            var lastTick = texts.Where(entry => double.TryParse(entry.Text, CultureInfo.InvariantCulture, out _)).Max(entry => entry.X);
            var legend = texts.Where(entry => entry.Text is "adam" or "sgd").ToArray();
            Assert.NotEmpty(legend);
            Assert.All(legend, entry => Assert.InRange(entry.X, lastTick + 10, 1000));
        });
    }

    // From 0.1 to 3 there are round numbers; from 2.30 to 2.31 the axis has others, in as many digits as tell them apart.
    [Theory]
    [InlineData(0.1, 3, "0.1", "1")]
    [InlineData(2.30, 2.31, "2.28", "2.33")]
    public void AxesHaveLabelsWhateverTheRange(double low, double high, params string[] labels)
    {
        WriteTables(withNumbers: true);
        Write(RunTables.Slices, [Slice(-1, low), Slice(0, (low + high) / 2), Slice(1, high)]);

        FlatnessPictures.Write(_run.Root, default);

        var texts = TextsOf("pictures/slice-mlp-a-b.svg").Select(entry => entry.Text).ToHashSet();
        Assert.Superset(labels.ToHashSet(), texts);
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

    // The colours are those of the palette, first and second.
    [Fact]
    public void AnOptimizerHasItsColourWhereAnotherHasNoRows()
    {
        WriteFlatness(["adam", "sgd"], ["mlp"]);
        WriteTables(withNumbers: false);
        Write(RunTables.Esd, [new EsdRow("sgd", "mlp", 0, 2, 0.8, 0)]);
        Write(RunTables.Slices, [new SliceRow("sgd", "mlp", 0, -1, 2), new("sgd", "mlp", 0, 1, 3)]);

        FlatnessPictures.Write(_run.Root, default);

        Assert.All(["density", "slice"], picture =>
        {
            var svg = File.ReadAllText(_run.File($"pictures/{picture}-mlp.svg"));
            Assert.Contains("#ff7f0e", svg, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("#1f77b4", svg, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void OptimizeesWhoseNamesAreSpelledAlikeInFileNamesHavePicturesOfTheirOwn()
    {
        WriteFlatness(["sgd"], ["a b", "a/b", "A b", "a-b-2"]);
        WriteTables(withNumbers: false);
        Write(RunTables.Esd, [Atom("a b"), Atom("a/b"), Atom("A b"), Atom("a-b-2")]);
        Write(RunTables.Slices, [new SliceRow("sgd", "a/b", 0, -1, 2), new("sgd", "a/b", 0, 1, 3)]);

        FlatnessPictures.Write(_run.Root, default);

        Assert.Equal(
            ["density-A-b-3.png", "density-a-b-2-2.png", "density-a-b-2.png", "density-a-b.png", "slice-a-b-2.png"],
            Directory.GetFiles(_run.File("pictures"), "*.png").Select(Path.GetFileName).Order(StringComparer.Ordinal));

        static EsdRow Atom(string optimizee) => new("sgd", optimizee, 0, 2, 0.8, 0);
    }

    [Fact]
    public void NamesTooLongForAFileHavePicturesAllTheSame()
    {
        string[] names = [$"{new string('a', 300)} 1", $"{new string('a', 300)} 2"];
        WriteFlatness(["sgd"], names);
        WriteTables(withNumbers: false);
        Write(RunTables.Esd, names.Select(name => new EsdRow("sgd", name, 0, 2, 0.8, 0)));

        FlatnessPictures.Write(_run.Root, default);

        Assert.Equal(2, Directory.GetFiles(_run.File("pictures"), "*.png").Length);
    }

    private void WriteFlatness(string[] optimizers, string[] optimizees) => Write(RunTables.Flatness,
        optimizees.SelectMany(_ => optimizers, (optimizee, optimizer) =>
            new FlatnessRow(optimizer, optimizee, 0, "trace", double.NaN, null, null, null)));

    private void WriteTables(bool withNumbers)
    {
        if (!File.Exists(RunTables.Flatness.PathIn(_run.Root)))
        {
            WriteFlatness(["adam", "sgd"], ["mlp a/b"]);
        }

        Write(RunTables.Esd, withNumbers ? [new EsdRow("adam", "mlp a/b", 0, -0.1, 0.2, 0), new("sgd", "mlp a/b", 0, 2, 0.8, 0)] : []);
        Write(RunTables.Slices, withNumbers ? [Slice(-1, 2), Slice(0, 0.1), Slice(1, 3)] : []);
        Write(RunTables.Planes, withNumbers ? [Plane(-1, -1, 1), Plane(1, -1, 2), Plane(-1, 1, 4), Plane(1, 1, 3)] : []);
        var tau = withNumbers ? 0.5 : double.NaN;
        Write(RunTables.Correlations, [new CorrelationRow("all", "trace", "loss_gap", tau, tau - 0.2, tau + 0.2, 9, 0, 1)]);
    }

    private (string Text, double X)[] TextsOf(string svg) =>
    [
        .. XDocument.Load(_run.File(svg)).Descendants().Where(element => element.Name.LocalName == "text").Select(element => (
            element.Value.Trim(), FirstNumber(element, "transform") + FirstNumber(element, "x"))),
    ];

    private static double FirstNumber(XElement element, string attribute) =>
        Number().Match($"{element.Attribute(attribute)?.Value}") is { Success: true } number
            ? double.Parse(number.Value, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();

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
