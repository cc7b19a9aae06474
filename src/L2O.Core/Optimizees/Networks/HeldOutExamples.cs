using L2O.Data;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>
/// The fifth of an instance's training examples that it is not trained on, and the rest, as indices: copies of a data set's
/// images would cost more than the training. Each instance draws its own from its own stream.
/// </summary>
internal sealed class HeldOutExamples : IDisposable
{
    /// <summary>How many training examples an instance needs, so that some are held out and some are left.</summary>
    internal const int LeastCount = 5;

    private HeldOutExamples(Tensor heldOut, Tensor rest) =>
        (HeldOut, Rest) = (heldOut.DetachFromDisposeScope(), rest.DetachFromDisposeScope());

    /// <summary>[n] int64, on the CPU.</summary>
    internal Tensor HeldOut { get; }

    /// <summary>All others: [n] int64, on the CPU.</summary>
    internal Tensor Rest { get; }

    /// <summary>Chooses a fifth, rounded to whole examples.</summary>
    /// <param name="train">Of the instance; at least <see cref="LeastCount"/>.</param>
    /// <param name="streams">Of the instance.</param>
    internal static HeldOutExamples Draw(Examples train, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("held_out_examples");
        var order = randperm(train.Count, dtype: int64, generator: generator);
        var heldOutCount = (long)Math.Round(train.Count / 5.0);
        return new(order.narrow(0, 0, heldOutCount), order.narrow(0, heldOutCount, train.Count - heldOutCount));
    }

    /// <summary>The first of the rest, copied; owned by the caller.</summary>
    internal Examples FirstOfRest(Examples train, long most)
    {
        using var scope = NewDisposeScope();
        var (inputs, labels) = Minibatch.Of(train, Rest.narrow(0, 0, Math.Min(most, Rest.shape[0])));
        return new(inputs, labels);
    }

    public void Dispose()
    {
        HeldOut.Dispose();
        Rest.Dispose();
    }
}
