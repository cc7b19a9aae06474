using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>Vectors of which only the direction counts.</summary>
internal static class Direction
{
    /// <summary>v / |v|, or another vector where v is zero: [N].</summary>
    internal static Tensor Of(Tensor v, Tensor otherwise)
    {
        using var scope = NewDisposeScope();
        var norm = v.norm();
        return where(norm > 0, v / norm, otherwise).MoveToOuterDisposeScope();
    }

    /// <summary>A random unit vector, the same on every device: [N].</summary>
    internal static Tensor Random(Tensor like, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var drawn = RandomTensors.Normal(streams, "direction", like.shape);
        return (drawn / drawn.norm()).to(like.dtype, like.device).MoveToOuterDisposeScope();
    }

    /// <summary>Independent signs, +1 or -1 with equal probability (Rademacher): [N].</summary>
    internal static Tensor RandomSigns(Tensor like, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("signs");
        var bits = randint(2, like.shape, dtype: float32, generator: generator);
        return bits.mul_(2).sub_(1).to(like.dtype, like.device).MoveToOuterDisposeScope();
    }
}
