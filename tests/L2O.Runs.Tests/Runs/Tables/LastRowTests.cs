using L2O.Errors;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Runs.Tables;

public sealed class LastRowTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public void TheNumberIsThatOfTheLastRow(int rowCount)
    {
        using TemporaryFolder folder = new();
        var path = folder.File("rows.csv");
        using (var file = CsvFile<Row>.Create(path))
        {
            for (var i = 1; i <= rowCount; i++)
            {
                file.Append(new("a, \"quoted\" name", i + 0.1));
            }
        }

        Assert.Equal(rowCount == 0 ? null : rowCount + 0.1, LastRow.Number(path, "seconds"));
    }

    [Fact]
    public void ALongRowIsReadWhole()
    {
        using TemporaryFolder folder = new();
        var path = folder.File("rows.csv");
        using (var file = CsvFile<Row>.Create(path))
        {
            file.Append(new("first", 1));
            file.Append(new(new string('é', 5000), 2));
        }

        Assert.Equal(2, LastRow.Number(path, "seconds"));
    }

    [Theory]
    [InlineData("name,seconds\na,soon\n")]
    [InlineData("name,time\na,1\n")]
    public void WhatIsNoSuchNumberIsAnErrorThatNamesTheFile(string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("rows.csv"), text);

        var error = Assert.Throws<CheckpointException>(() => LastRow.Number(folder.File("rows.csv"), "seconds"));

        Assert.Equal($"{folder.File("rows.csv")}: has no seconds in its last row; start a new run", error.Message);
    }

    private sealed record Row(string Name, double Seconds);
}
