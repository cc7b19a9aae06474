using FsCheck.Xunit;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Tensors;

public sealed class ParameterLayoutTests
{
    [Property(MaxTest = 100)]
    public void JoinUndoesSplitForAnyShapes(byte[] sizes)
    {
        using var scope = NewDisposeScope();
        var layout = LayoutOf(sizes);
        var flat = arange(layout.Count, dtype: float64);

        var parts = layout.Split(flat);

        Assert.All(parts.Zip(layout.Shapes), pair => Assert.Equal(pair.Second.Shape, pair.First.shape));
        Assert.Equal(flat.data<double>().ToArray(), layout.Join(parts).data<double>().ToArray());
    }

    [Fact]
    public void SplitIsDifferentiable()
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout([new("a", 2, 2), new("b", 3)]);
        var flat = arange(7, dtype: float64).requires_grad_();

        var parts = layout.Split(flat);
        var gradient = Gradients.Of((parts[0] * 2).sum() + (parts[1] * parts[1]).sum(), flat);

        Assert.Equal([2, 2, 2, 2, 8, 10, 12], gradient.data<double>().ToArray());
    }

    [Fact]
    public void AWrongPartIsNamed()
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout([new("a", 2, 2), new("b", 3)]);

        var error = Assert.Throws<ArgumentException>(() => layout.Join([zeros(2, 2), zeros(4)]));

        Assert.Contains("b is [4], expected [3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesMustDiffer() =>
        Assert.Throws<ArgumentException>(() => new ParameterLayout([new("a", 1), new("a", 2)]));

    // Two bytes make a shape: rank 0 to 3, sizes 0 to 4.
    private static ParameterLayout LayoutOf(byte[] sizes) =>
        new(new byte[] { 1 }.Concat(sizes ?? []).Select((size, i) =>
            new ParameterShape($"p{i}", [.. Enumerable.Repeat((long)(size % 5), size / 5 % 4)])));
}
