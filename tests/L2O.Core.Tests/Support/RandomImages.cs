using L2O.Data;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Data sets of noise, for what does not depend on what is to be seen.</summary>
internal static class RandomImages
{
    internal static Dataset Create(long[] shape, int classes, long train, long validation, long test, ScalarType type)
    {
        using var scope = NewDisposeScope();
        return new("noise", classes, Draw("train", train), Draw("validation", validation), Draw("test", test));

        Examples Draw(string split, long count)
        {
            var streams = RandomStreams.FromSeed(11).At(split);
            using var generator = streams.Generator("labels");
            return new(
                L2O.Randomness.RandomTensors.Uniform(streams, "pixels", [count, .. shape]).to(type),
                randint(classes, count, dtype: int64, generator: generator));
        }
    }
}
