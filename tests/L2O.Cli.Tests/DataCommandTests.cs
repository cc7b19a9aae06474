using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class DataCommandTests : IDisposable
{
    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ListTellsWhatIsThere()
    {
        foreach (var file in new[] { "train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1" })
        {
            _program.Write($"data/fashion-mnist/{file}-ubyte", "");
        }

        var result = _program.Run("data", "list", "--data-dir", "data");

        var lines = result.Output.Split('\n');
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.EndsWith(Path.DirectorySeparatorChar + "data", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("mnist             not fetched  Handwritten", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("fashion_mnist     present ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("synthetic_digits  generated ", StringComparison.Ordinal));
    }

    [Fact]
    public void VerifyNamesEachFileAndWhatToDo()
    {
        _program.Write("data/mnist/t10k-labels-idx1-ubyte", "no labels");

        var result = _program.Run("data", "verify", "mnist", "--data-dir", "data");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("mnist/train-images-idx3-ubyte.gz: missing", result.Output, StringComparison.Ordinal);
        Assert.Contains("mnist/t10k-labels-idx1-ubyte: cannot be loaded (", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "mnist: 4 of 4 files are not as published; to replace them run: l2o data fetch mnist",
            result.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fetch", "synthetic_digits is generated in process: there is nothing to fetch")]
    [InlineData("verify", "synthetic_digits is generated in process: there is nothing to verify")]
    public void WhatIsGeneratedNeedsNeither(string command, string expected)
    {
        var result = _program.Run("data", command, "synthetic_digits");

        Assert.Equal((0, expected), (result.ExitCode, result.Output));
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("verify")]
    public void AnUnknownNameIsAUsageError(string command)
    {
        var result = _program.Run("data", command, "mnits");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("There is no data set mnits; choose one of mnist, ", result.Error, StringComparison.Ordinal);
    }
}
