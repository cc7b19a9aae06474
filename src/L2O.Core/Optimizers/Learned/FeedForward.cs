using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>A small multi-layer perceptron that is applied to every coordinate; rectified between its layers.</summary>
internal static class FeedForward
{
    /// <summary>Weights [outputs, inputs] and biases of each layer.</summary>
    /// <param name="sizes">Inputs, hidden units of each layer, outputs.</param>
    internal static IEnumerable<ParameterShape> Shapes(int[] sizes) =>
        Enumerable.Range(1, sizes.Length - 1).SelectMany(layer => new ParameterShape[]
        {
            new($"layer_{layer}/weight", sizes[layer], sizes[layer - 1]),
            new($"layer_{layer}/bias", sizes[layer]),
        });

    /// <summary>Weights truncated normal with scale 1/sqrt(inputs), biases 0; float64 on the CPU.</summary>
    internal static IEnumerable<Tensor> InitialWeights(int[] sizes, RandomStreams streams) =>
        Enumerable.Range(1, sizes.Length - 1).SelectMany(layer => new[]
        {
            TruncatedNormal.Draw(
                1 / Math.Sqrt(sizes[layer - 1]), streams.At("layer", layer), sizes[layer], sizes[layer - 1]),
            zeros(sizes[layer], dtype: float64),
        });

    /// <summary>What the layers make of inputs: [outputs, N].</summary>
    /// <param name="weights">Weight and bias of each layer.</param>
    /// <param name="inputs">[inputs, N].</param>
    internal static Tensor Outputs(Tensor[] weights, Tensor inputs) =>
        After(weights[2..], weights[1].unsqueeze(1).addmm(weights[0], inputs));

    /// <summary>What the layers after the first make of what it gives: [outputs, N].</summary>
    /// <param name="weights">Weight and bias of each layer after the first.</param>
    /// <param name="first">Not rectified yet: [units, N].</param>
    internal static Tensor After(Tensor[] weights, Tensor first)
    {
        var x = first;
        foreach (var layer in weights.Chunk(2))
        {
            x = layer[1].unsqueeze(1).addmm(layer[0], nn.functional.relu(x));
        }

        return x;
    }
}
