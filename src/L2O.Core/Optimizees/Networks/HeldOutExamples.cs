using L2O.Data;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>
/// The fifth of an instance's training examples that it is not trained on, and the rest, as indices: copies of a data set's
/// images would cost more than the training. Each instance draws its own from its own stream.
/// </summary>
internal sealed class HeldOutExamples
{
    /// <summary>How many training examples an instance needs, so that some are held out and some are left.</summary>
    internal const int LeastCount = 5;

    private HeldOutExamples(int[] heldOut, int[] rest) => (HeldOut, Rest) = (heldOut, rest);

    /// <summary>Which examples are held out.</summary>
    internal int[] HeldOut { get; }

    /// <summary>All others.</summary>
    internal int[] Rest { get; }

    /// <summary>Chooses a fifth, rounded to whole examples.</summary>
    /// <param name="train">Of the instance; at least <see cref="LeastCount"/>.</param>
    /// <param name="streams">Of the instance.</param>
    internal static HeldOutExamples Draw(Examples train, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("held_out_examples");
        int[] order = [.. randperm(train.Count, dtype: int64, generator: generator).data<long>().Select(index => (int)index)];
        var heldOutCount = (int)Math.Round(train.Count / 5.0);
        return new(order[..heldOutCount], order[heldOutCount..]);
    }

    /// <summary>The first of the rest, copied; owned by the caller.</summary>
    internal Examples FirstOfRest(Examples train, long most)
    {
        using var scope = NewDisposeScope();
        var (inputs, labels) = Minibatch.Of(train, Rest.AsSpan(0, (int)Math.Min(most, Rest.Length)));
        return new(inputs, labels);
    }
}
