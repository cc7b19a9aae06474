using static TorchSharp.torch;

namespace L2O.Randomness;

/// <summary>Random tensors by address: float64 on the CPU, owned by the caller's scope.</summary>
internal static class RandomTensors
{
    /// <summary>Standard normal numbers.</summary>
    internal static Tensor Normal(RandomStreams streams, string purpose, params long[] shape)
    {
        using var generator = streams.Generator(purpose);
        return randn(shape, dtype: float64, generator: generator);
    }

    /// <summary>Numbers in [0, 1).</summary>
    internal static Tensor Uniform(RandomStreams streams, string purpose, params long[] shape)
    {
        using var generator = streams.Generator(purpose);

        // As `rand` draws them; that call itself ends the process where memory lacks.
        return empty(shape, dtype: float64).uniform_(0, 1, generator);
    }
}
