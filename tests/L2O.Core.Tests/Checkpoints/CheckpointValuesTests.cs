using L2O.Checkpoints;
using L2O.Errors;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Checkpoints;

public sealed class CheckpointValuesTests
{
    private static readonly ParameterLayout _layout = new([new("lstm_1/weight_hh", 8, 2), new("linear/bias", 1)]);
    private static readonly TensorOptions _cpu = new(CPU, ScalarType.Float32);

    [Fact]
    public void PhiComesBackToTheBit()
    {
        using var scope = NewDisposeScope();
        var phi = rand(17);

        var read = Values(phi, "l2o/1").Phi(_layout);

        Assert.Equal(phi.data<float>(), read.data<float>());
    }

    [Theory]
    [InlineData("lstm_1/weight_hh", new long[] { 12, 3 }, "optimizer/lstm_1/weight_hh is [8, 2], this optimizer needs [12, 3]")]
    [InlineData("lstm_1/weight", new long[] { 8, 2 }, "has no optimizer/lstm_1/weight, which this optimizer needs")]
    public void AnotherOptimizersPhiIsRefusedByItsFirstDifference(string name, long[] shape, string reason)
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<CheckpointException>(
            () => Values(ones(17), "l2o/1").Phi(new([new(name, shape), new("linear/bias", 1)])));

        Assert.StartsWith($"x.safetensors: {reason}; use ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PhiThatHasMoreOrHoldsWholeNumbersIsRefused()
    {
        using var scope = NewDisposeScope();

        var more = Assert.Throws<CheckpointException>(
            () => Values(ones(17), "l2o/1").Phi(new([new("lstm_1/weight_hh", 8, 2)])));
        var whole = Assert.Throws<CheckpointException>(() => Values(ones(17, dtype: int64), "l2o/1").Phi(_layout));

        Assert.Contains("has optimizer/linear/bias, which this optimizer lacks", more.Message, StringComparison.Ordinal);
        Assert.Contains("weight_hh holds Int64, not floating point", whole.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfAnotherFormatIsNoCheckpoint()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<CheckpointException>(() => Values(ones(17), "pt"));

        Assert.Contains("has format pt, this program reads l2o/1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public void ACounterThatIsNoneIsRefused(string text)
    {
        using var scope = NewDisposeScope();
        var values = new CheckpointValues(
            "x", new([], new Dictionary<string, string> { ["format"] = "l2o/1", ["iteration"] = text }), _cpu);

        Assert.Throws<CheckpointException>(() => values.Whole("iteration"));
        Assert.Throws<CheckpointException>(() => values.Word("optimizer"));
    }

    private static CheckpointValues Values(Tensor phi, string format) => new(
        "x.safetensors",
        new(
            [.. _layout.Shapes.Zip(_layout.Split(phi), (shape, part) => ($"optimizer/{shape.Name}", part))],
            new Dictionary<string, string> { ["format"] = format }),
        _cpu);
}
