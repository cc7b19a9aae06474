using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class ListCommandTests : IDisposable
{
    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("optimizers", "dm: Options of L2O-DM.")]
    [InlineData("optimizers", "  learning_rate  0.01  Step size. (a number)")]
    [InlineData("optimizers", "  path           (required)  The checkpoint file, or `pretrained:NAME`. (text)")]
    [InlineData("optimizees", "  activation             sigmoid      The activation after each hidden layer. (sigmoid, relu, tanh, elu, gelu, silu, leaky_relu, softplus)")]
    [InlineData("regularizers", "  probes  1  Products with the Hessian; the squared norm is their mean, and its relative error falls with the root. (a whole number)")]
    [InlineData("metrics", "  probes  100  Products with the Hessian; the squared norm is their mean, and its relative error falls with the root. (a whole number)")]
    [InlineData("regularizers", "none: Options of plain meta-training: nothing is added to the meta-objective.")]
    public void EachKindIsListedWithItsOptionsAndDefaults(string list, string line)
    {
        var result = _program.Run("list", list);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(line, result.Output.Split('\n'));
    }

    [Theory]
    [InlineData("train", "  meta                             How it is meta-trained. (a map: l2o list meta)")]
    [InlineData("analyze", "  extends         null        A config that gives what this one does not: a path, counted from this file. ")]
    [InlineData("meta", "  random_unroll      null ")]
    [InlineData("meta.curriculum", "  stages ")]
    [InlineData("regularizer", "  kind         (required)  The metric's kind and options. (a map whose kind is none, hessian_ev, ")]
    [InlineData("schedule", "  warmup  0         Steps in which the learning rate rises to all of itself, ")]
    [InlineData("validation", "  episodes  20   Optimizee instances in each validation. (a whole number)")]
    [InlineData("evaluate", "  optimizees      (required)  What it is compared on. (a list of maps: l2o list optimizees)")]
    [InlineData("analyze", "  flatness                    Where flatness is measured, ")]
    [InlineData("optimizees", "  weight  1           How often it is drawn, ")]
    public void EveryPartOfAConfigIsListedWithItsKeys(string list, string line)
    {
        var result = _program.Run("list", list);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(
            result.Output.Split('\n'),
            shown => string.Join(' ', shown.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .StartsWith(string.Join(' ', words), StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutANameAllThereAreAreListed()
    {
        var result = _program.Run("list");

        string[] names = [.. result.Output.Split('\n').Select(line => line.Split(' ')[0])];
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            ["optimizers", "optimizees", "regularizers", "metrics", "datasets", "pretrained", "train", "evaluate", "analyze", "sweep"], names[..10]);
        Assert.Contains("meta.imitation", names);
        Assert.Equal("reference", names[^1]);
    }

    [Fact]
    public void DatasetsAreListedByNameAndFilesOfOnesOwnByKind()
    {
        var result = _program.Run("list", "datasets");

        Assert.Equal(
            ["mnist", "fashion_mnist", "cifar10", "synthetic_digits", "synthetic_images"],
            result.Output.Split('\n').TakeWhile(line => line.Length > 0).Select(line => line.Split(' ')[0]));
        Assert.Equal(
            ["idx:", "cifar:", "npy:", "images:"],
            result.Output.Split('\n').Where(line => line.Contains(": Options of ", StringComparison.Ordinal)).Select(line => line.Split(' ')[0]));
        Assert.Contains("  path              (required)  The folder that holds the files. (text)", result.Output, StringComparison.Ordinal);
    }
}
