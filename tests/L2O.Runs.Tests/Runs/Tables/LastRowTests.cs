using L2O.Errors;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Runs.Tables;

public sealed class LastRowTests : IDisposable
{
    private static readonly Table<Row> _table = new("rows");

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public void TheLastRowIsFoundFromTheFilesEnd(int rowCount)
    {
        Row[] rows = [.. Enumerable.Range(1, rowCount).Select(i => new Row("a, \"quoted\" name", i + 0.1))];
        Write(rows);

        Assert.Equal(rows.LastOrDefault(), _table.LastRowIn(_folder.Root));
    }

    [Fact]
    public void ALongRowIsReadWhole()
    {
        Row row = new(new string('é', 5000), 2);
        Write([new("first", 1), row]);

        Assert.Equal(row, _table.LastRowIn(_folder.Root));
    }

    // A table that is read from its start alone would take as long as it is large.
    [Fact]
    public void RowsBeforeItAreNotRead()
    {
        File.WriteAllText(_folder.File("rows.csv"), $"name,seconds\nno,row,at,all\n{new string('x', 4000)}\na,3\n");

        Assert.Equal(new Row("a", 3), _table.LastRowIn(_folder.Root));
    }

    [Theory]
    [InlineData("name,seconds\na,soon\n")]
    [InlineData("name,time\na,1\n")]
    public void WhatIsNoSuchRowIsAnErrorThatNamesTheFile(string text)
    {
        File.WriteAllText(_folder.File("rows.csv"), text);

        var error = Assert.Throws<CheckpointException>(() => _table.LastRowIn(_folder.Root));

        Assert.StartsWith(_folder.File("rows.csv"), error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(IEnumerable<Row> rows)
    {
        using var writer = _table.Open(_folder.Root, rowCount: null);
        foreach (var row in rows)
        {
            writer.Append(row);
        }
    }

    private sealed record Row(string Name, double Seconds);
}
