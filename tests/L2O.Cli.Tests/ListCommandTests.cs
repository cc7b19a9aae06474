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
    [InlineData("optimizers", "  path  (required)  The checkpoint file. (text)")]
    [InlineData("optimizees", "  activation     sigmoid     The activation after each hidden layer. (sigmoid, relu, tanh, elu, gelu)")]
    [InlineData("regularizers", "  probes  1  Products with the Hessian; the squared norm is their mean, and its relative error falls with the root. (a whole number)")]
    [InlineData("metrics", "  probes  100  Products with the Hessian; the squared norm is their mean, and its relative error falls with the root. (a whole number)")]
    [InlineData("regularizers", "none: Options of plain meta-training: nothing is added to the meta-objective.")]
    public void EachKindIsListedWithItsOptionsAndDefaults(string list, string line)
    {
        var result = _program.Run("list", list);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(line, result.Output.Split('\n'));
    }

    [Fact]
    public void DatasetsAreListedByName()
    {
        var result = _program.Run("list", "datasets");

        Assert.Equal(
            ["mnist", "fashion_mnist", "cifar10", "synthetic_digits", "synthetic_images"],
            result.Output.Split('\n').Select(line => line.Split(' ')[0]));
    }
}
