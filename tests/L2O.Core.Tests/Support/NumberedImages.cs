using L2O.Data;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Images of one pixel, each of which has its own value, so that it is known again; its class is its number modulo 10.</summary>
internal static class NumberedImages
{
    internal const int ClassCount = 10;

    /// <summary>The same images in every split.</summary>
    internal static Dataset Create(int count, ScalarType type)
    {
        using var scope = NewDisposeScope();
        return new("numbers", ClassCount, Examples(count, type), Examples(count, type), Examples(count, type));
    }

    internal static Examples Examples(int count, ScalarType type = ScalarType.Float32) => new(
        arange(count, dtype: type).div(count).reshape(count, 1, 1, 1), arange(count, dtype: int64).remainder(ClassCount));

    /// <summary>Which images these are.</summary>
    /// <param name="inputs">[batch, 1, 1, 1].</param>
    /// <param name="count">Of all there are.</param>
    internal static long[] Numbers(Tensor inputs, int count)
    {
        using var scope = NewDisposeScope();
        return inputs.flatten().to(float64).mul(count).round().to(int64).data<long>().ToArray();
    }
}
