using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Data;

/// <summary>The examples of one step, copied; both tensors belong to the caller's scope.</summary>
/// <param name="Inputs">[batch, channels, height, width].</param>
/// <param name="Labels">[batch] int64.</param>
public readonly record struct Minibatch(Tensor Inputs, Tensor Labels)
{
    // A generator's memory, begun anew for each minibatch.
    [ThreadStatic]
    private static MersenneTwister? _generator;

    /// <summary>Which examples a step has: drawn uniformly with replacement.</summary>
    /// <param name="count">How many there are to draw from.</param>
    /// <param name="size">How many to draw.</param>
    /// <param name="streams">Decide which.</param>
    internal static int[] Indices(long count, int size, RandomStreams streams)
    {
        var generator = _generator ??= new();
        generator.Begin(streams.At("examples"));
        var indices = new int[size];
        generator.Fill(indices, checked((int)count));
        return indices;
    }

    /// <summary>The examples of these indices.</summary>
    internal static Minibatch Of(Examples examples, ReadOnlySpan<int> indices)
    {
        using var scope = NewDisposeScope();
        var wide = new long[indices.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = indices[i];
        }

        var there = tensor(wide).to(examples.Inputs.device);
        return new(
            examples.Inputs.index_select(0, there).MoveToOuterDisposeScope(),
            examples.Labels.index_select(0, there).MoveToOuterDisposeScope());
    }
}
