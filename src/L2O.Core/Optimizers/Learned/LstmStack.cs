using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>Hidden and cell values of a stack of LSTM layers: one row for each coordinate.</summary>
/// <param name="Hidden">For each layer [N, H].</param>
/// <param name="Cell">For each layer [N, H].</param>
internal sealed record LstmState(IReadOnlyList<Tensor> Hidden, IReadOnlyList<Tensor> Cell) : RuleState
{
    /// <inheritdoc/>
    public override LstmState Map(Func<Tensor, Tensor> replace) =>
        this with { Hidden = [.. Hidden.Select(replace)], Cell = [.. Cell.Select(replace)] };
}

/// <summary>LSTM layers with a linear head, applied to every coordinate alike.</summary>
/// <remarks>
/// Weights follow PyTorch: gate order input, forget, candidate, output. There is one bias, which holds the forget bias
/// of 1 that Sonnet adds at run time.
/// </remarks>
internal sealed class LstmStack(IReadOnlyList<Tensor> weights)
{
    private const int TensorsPerLayer = 3;

    private readonly int _layerCount = (weights.Count - 2) / TensorsPerLayer;

    internal static IEnumerable<ParameterShape> Shapes(int inputSize, IReadOnlyList<int> hidden) =>
    [
        .. hidden.SelectMany((size, layer) => new ParameterShape[]
        {
            new($"lstm_{layer + 1}/weight_ih", 4 * size, layer == 0 ? inputSize : hidden[layer - 1]),
            new($"lstm_{layer + 1}/weight_hh", 4 * size, size),
            new($"lstm_{layer + 1}/bias", 4 * size),
        }),
        new("linear/weight", 1, hidden[^1]),
        new("linear/bias", 1),
    ];

    /// <summary>The weights before training, as Sonnet draws them: truncated normal, the layers' biases too.</summary>
    internal static IEnumerable<Tensor> InitialWeights(int inputSize, IReadOnlyList<int> hidden, RandomStreams streams)
    {
        for (var layer = 0; layer < hidden.Count; layer++)
        {
            var size = hidden[layer];
            var inputs = layer == 0 ? inputSize : hidden[layer - 1];
            var scale = 1 / Math.Sqrt(inputs + size);
            var at = streams.At("lstm", layer);
            yield return TruncatedNormal.Draw(scale, at.At("weight_ih"), 4 * size, inputs);
            yield return TruncatedNormal.Draw(scale, at.At("weight_hh"), 4 * size, size);

            var bias = TruncatedNormal.Draw(scale, at.At("bias"), 4 * size);
            bias.narrow(0, size, size).add_(1);
            yield return bias;
        }

        yield return TruncatedNormal.Draw(1 / Math.Sqrt(hidden[^1]), streams.At("linear"), 1, hidden[^1]);
        yield return zeros(1, dtype: float64);
    }

    internal static LstmState InitialState(IReadOnlyList<int> hidden, Tensor theta) => new(
        [.. hidden.Select(size => zeros(theta.shape[0], size, dtype: theta.dtype, device: theta.device))],
        [.. hidden.Select(size => zeros(theta.shape[0], size, dtype: theta.dtype, device: theta.device))]);

    /// <summary>One step of every layer and the head.</summary>
    /// <param name="inputs">[N, inputs].</param>
    /// <param name="state">Of the step before.</param>
    /// <returns>The head's output [N], and the next state.</returns>
    internal (Tensor Output, LstmState State) Step(Tensor inputs, LstmState state)
    {
        using var scope = NewDisposeScope();
        var hidden = new Tensor[_layerCount];
        var cell = new Tensor[_layerCount];
        var x = inputs;
        for (var layer = 0; layer < _layerCount; layer++)
        {
            (hidden[layer], cell[layer]) = StepLayer(layer, x, state.Hidden[layer], state.Cell[layer]);
            x = hidden[layer];
        }

        var output = nn.functional.linear(x, weights[^2], weights[^1]).squeeze(1).MoveToOuterDisposeScope();
        foreach (var kept in hidden.Concat(cell))
        {
            kept.MoveToOuterDisposeScope();
        }

        return (output, state with { Hidden = hidden, Cell = cell, StepCount = state.StepCount + 1 });
    }

    private (Tensor Hidden, Tensor Cell) StepLayer(int layer, Tensor x, Tensor hidden, Tensor cell)
    {
        var (weightIh, weightHh, bias) =
            (weights[TensorsPerLayer * layer], weights[(TensorsPerLayer * layer) + 1], weights[(TensorsPerLayer * layer) + 2]);
        var gates = nn.functional.linear(x, weightIh, bias).add(nn.functional.linear(hidden, weightHh)).chunk(4, 1);
        var nextCell = (gates[1].sigmoid() * cell) + (gates[0].sigmoid() * gates[2].tanh());
        return (gates[3].sigmoid() * nextCell.tanh(), nextCell);
    }
}
