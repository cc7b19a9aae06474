using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>
/// The loss along random directions through a point, in which every filter is as long as that of the parameters (Li et
/// al., 2018, arXiv 1712.09913, section 4). So scaled, slices of networks whose layers differ in scale compare.
/// </summary>
public static class LossSlice
{
    /// <summary>
    /// A random direction [N] whose filters (rows of a tensor that has more entries than rows) have the norms of theta's.
    /// Other tensors, biases and scales of normalization, stay as they are, unless there is nothing else: then each counts
    /// as one filter.
    /// </summary>
    /// <param name="theta">[N].</param>
    /// <param name="layout">Of theta.</param>
    /// <param name="streams">Decide the direction.</param>
    public static Tensor Direction(Tensor theta, ParameterLayout layout, RandomStreams streams)
    {
        using var work = NumericWork.Begin();
        var drawn = RandomTensors.Normal(streams, "direction", layout.Count).to(theta.dtype, theta.device);
        var hasFilters = layout.Split(theta).Any(IsOfFilters);
        var parts = layout.Split(drawn).Zip(layout.Split(theta), (direction, part) => IsOfFilters(part)
            ? Rescaled(direction.flatten(1), part.flatten(1))
            : hasFilters ? zeros_like(part) : Rescaled(direction.view(1, -1), part.view(1, -1)));
        return cat([.. parts.Select(part => part.flatten())]).MoveToOuterDisposeScope();
    }

    /// <summary>The losses at theta + x direction, for each x.</summary>
    /// <param name="loss">What is sliced.</param>
    /// <param name="theta">[N].</param>
    /// <param name="direction">[N].</param>
    /// <param name="positions">In units of the direction.</param>
    public static double[] Line(ILoss loss, Tensor theta, Tensor direction, IReadOnlyList<double> positions)
    {
        using var noGradient = no_grad();
        using TensorLoop loop = new();
        return [.. positions.Select(x =>
        {
            NumericWork.SafePoint();
            var value = ScalarTensor.Value(loss.At(theta.add(direction, alpha: x)));
            loop.FreeAllBut([]);
            return value;
        })];
    }

    /// <summary>Evenly spaced numbers from minus the span to plus the span, none or two or more.</summary>
    public static double[] Positions(double span, int count) =>
        [.. Enumerable.Range(0, count).Select(i => span * ((2.0 * i / (count - 1)) - 1))];

    private static bool IsOfFilters(Tensor part) => part.dim() > 1 && part.numel() > part.shape[0];

    // Rows of the first with the norms of the second's: [filters, entries].
    private static Tensor Rescaled(Tensor rows, Tensor like) =>
        rows * (like.norm(dim: 1, keepdim: true) / rows.norm(dim: 1, keepdim: true));
}
