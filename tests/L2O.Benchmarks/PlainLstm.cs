using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>
/// L2O-DM as one would write it in PyTorch: LSTMCell modules, a linear head, and a loss whose backward pass goes
/// through the unroll.
/// </summary>
internal sealed class PlainLstm(int[] hidden) : IDisposable
{
    private const double PreprocessK = 5;
    private const double OutputScale = 0.01;

    private readonly LSTMCell[] _cells =
        [.. hidden.Select((size, layer) => nn.LSTMCell(layer == 0 ? 2 : hidden[layer - 1], size))];

    private readonly Linear _head = nn.Linear(hidden[^1], 1);

    internal (Tensor Hidden, Tensor Cell)[] Start(long count) =>
        [.. hidden.Select(size => (zeros(count, size), zeros(count, size)))];

    internal (Tensor Update, (Tensor Hidden, Tensor Cell)[] State) Step(
        Tensor gradient, (Tensor Hidden, Tensor Cell)[] state)
    {
        var logarithm = ((gradient.abs() + 1.1920929e-07).log() / PreprocessK).clamp_min(-1);
        var sign = (gradient * Math.Exp(PreprocessK)).clamp(-1, 1);
        var x = stack([logarithm, sign], 1);
        var next = new (Tensor Hidden, Tensor Cell)[_cells.Length];
        for (var layer = 0; layer < _cells.Length; layer++)
        {
            next[layer] = _cells[layer].call(x, state[layer]);
            x = next[layer].Hidden;
        }

        return (_head.call(x).squeeze(1) * OutputScale, next);
    }

    /// <summary>Unrolls, and leaves the meta-gradient in the parameters.</summary>
    internal void MetaIteration(IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> cotangents)
    {
        using var scope = NewDisposeScope();
        var state = Start(gradients[0].shape[0]);
        var loss = zeros(1);
        for (var step = 0; step < gradients.Count; step++)
        {
            (var update, state) = Step(gradients[step], state);
            loss = loss + (update * cotangents[step]).sum();
        }

        loss.backward();
        foreach (var parameter in _cells.SelectMany(cell => cell.parameters()).Concat(_head.parameters()))
        {
            parameter.grad = null;
        }
    }

    public void Dispose()
    {
        foreach (var cell in _cells)
        {
            cell.Dispose();
        }

        _head.Dispose();
    }
}
