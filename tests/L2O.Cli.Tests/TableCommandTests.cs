using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>A comparison that is done, to look at.</summary>
public sealed class DoneComparison : IDisposable
{
    public DoneComparison()
    {
        Program.Write("compare.yaml", """
            name: compare
            optimizers: [{kind: adam, learning_rate: 1e-2}, {name: "sgd, slow", kind: sgd, learning_rate: 1e-6}]
            optimizees: [{kind: rosenbrock}]
            steps: 20
            seeds: 2
            record_every: 10
            """);
        Assert.Equal(0, Program.Run("evaluate", "--config", "compare.yaml", "--run", "run", "--quiet").ExitCode);
    }

    internal Program Program { get; } = new();

    public void Dispose() => Program.Dispose();
}

public sealed class TableCommandTests(DoneComparison done) : IClassFixture<DoneComparison>
{
    private readonly Program _program = done.Program;

    [Fact]
    public void RowsAreChosenByTheNamesOfColumns()
    {
        var result = _program.Run(
            "table", "run", "curves", "--where", "optimizer=sgd, slow", "--where", "seed=1", "--columns", "step,optimizer", "--csv");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("step,optimizer\n0,\"sgd, slow\"\n10,\"sgd, slow\"\n20,\"sgd, slow\"", result.Output.Trim());
    }

    [Fact]
    public void AColumnIsAveragedOverRowsThatAreAlike()
    {
        var result = _program.Run(
            "table", "run", "curves", "--where", "step=20", "--mean", "seed", "--by", "optimizer", "--csv");

        Assert.Equal(
            "optimizer,seed,std,ci_low,ci_high,rows\nadam,0.5,0.707107,-5.8531,6.8531,2\n\"sgd, slow\",0.5,0.707107,-5.8531,6.8531,2",
            result.Output.Trim());
    }

    [Fact]
    public void EveryNumberOfARunIsARow()
    {
        var result = _program.Run(
            "table", "run", "outcomes", "--where", "seed=1", "--where", "optimizer=adam", "--without-times", "--csv");

        var lines = result.Output.Split('\n');
        Assert.Equal("optimizer,optimizee,seed,metric,value,diverged", lines[0]);
        Assert.Equal(1 + 32, lines.Length);
        Assert.Contains("adam,rosenbrock,1,final_test_accuracy,,false", lines);
        Assert.Contains("adam,rosenbrock,1,seconds,0,false", lines);
        Assert.Contains("adam,rosenbrock,1,seconds_to_train_loss_0.1,,false", lines);
    }

    [Fact]
    public void WithoutTimesARepetitionIsTheSameTextForEveryTable()
    {
        Assert.Equal(0, _program.Run("evaluate", "--config", "compare.yaml", "--run", "again", "--quiet").ExitCode);

        var (first, second) = (_program.Run("table", "run", "--without-times"), _program.Run("table", "again", "--without-times"));

        Assert.Contains("mean_train_loss", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
    }

    [Theory]
    [InlineData("there is no table curve; choose one of meta,", "curve")]
    [InlineData("has no column sed; did you mean seed?", "curves", "--columns", "sed")]
    [InlineData("--where seed: write COLUMN=VALUE", "curves", "--where", "seed")]
    [InlineData("`adam` is no number", "curves", "--mean", "optimizer")]
    public void WhatIsNotThereIsSaid(string message, params string[] arguments)
    {
        var result = _program.Run(["table", "run", .. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
