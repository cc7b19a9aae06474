using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>Goes from values for each scalar [channels, N] to values for each tensor [channels, P], and back.</summary>
/// <remarks>
/// One split or one concatenation of views. Its sums are accurate in float32 however large a tensor is, and the same
/// bits on every run; adding by index is neither on a GPU.
/// </remarks>
internal sealed class TensorSegments(ParameterLayout layout)
{
    private readonly long[] _counts = [.. layout.Shapes.Select(shape => shape.Count).Where(count => count > 0)];

    /// <summary>Tensors, P; those without a scalar are left out.</summary>
    internal int Count => _counts.Length;

    /// <summary>The mean over each tensor's scalars: [channels, P].</summary>
    /// <param name="values">[channels, N].</param>
    internal Tensor Means(Tensor values)
    {
        using var scope = NewDisposeScope();
        var means = Count == 1
            ? values.mean([1], keepdim: true)
            : stack([.. values.split(_counts, 1).Select(part => part.mean([1]))], 1);
        return means.MoveToOuterDisposeScope();
    }

    /// <summary>Each tensor's value at each of its scalars: [channels, N].</summary>
    /// <param name="values">[channels, P].</param>
    internal Tensor Spread(Tensor values)
    {
        using var scope = NewDisposeScope();
        var spread = cat([.. _counts.Select((count, i) => values.narrow(1, i, 1).expand(-1, count))], 1);
        return spread.MoveToOuterDisposeScope();
    }
}
