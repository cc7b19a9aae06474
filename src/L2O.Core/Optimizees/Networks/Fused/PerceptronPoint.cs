using System.Numerics;
using L2O.Kernels.Vectors;
using L2O.Tensors;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>Forth and back through all layers at one theta.</summary>
/// <param name="memory">Where the values are.</param>
/// <param name="activation">After each hidden layer.</param>
internal sealed unsafe class PerceptronPoint<TOps, TVector, TElement>(PerceptronMemory<TElement> memory, Activation activation)
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private double[] _losses = [];
    private bool[] _isCorrect = [];

    /// <summary>One loss for each example, and how many are classified correctly.</summary>
    internal (ArraySegment<double> Losses, long CorrectCount) Scores =>
        (new(_losses, 0, memory.Count), _isCorrect.AsSpan(0, memory.Count).Count(true));

    /// <summary>Makes room for the scores of all examples.</summary>
    internal void Prepare()
    {
        if (_losses.Length < memory.Count)
        {
            (_losses, _isCorrect) = (new double[memory.Count], new bool[memory.Count]);
        }
    }

    /// <summary>Some examples, from losses to the cotangents of all layers if these are wanted.</summary>
    internal void ForthAndBack(int first, int count, bool isGradientWanted)
    {
        var rows = PerceptronSizes.Padded(count, PerceptronSizes.Block);
        var below = memory.Inputs + first;
        var layers = memory.Terms[0];
        foreach (var layer in layers[1..])
        {
            var values = layer.ValuesFrom(first);
            RowProducts<TOps, TVector, TElement>.Inner(
                below, rows, layer.WeightRows, layer.PaddedUnits, layer.InputWidth, values, layer.Width);
            if (layer.Index < memory.Sizes.LayerCount)
            {
                ActivationRows<TOps, TVector, TElement>.Forward(
                    activation, values, layer.SlopesFrom(first), layer.Biases, rows, layer.Width);
                below = layer.ValueRows + first;
            }
        }

        Score(first, count);
        for (var l = memory.Sizes.LayerCount; l > 1 && isGradientWanted; l--)
        {
            var (layer, next) = (layers[l], layers[l - 1]);
            RowProducts<TOps, TVector, TElement>.Combine(
                layer.CotangentsFrom(first), layer.Width, 1, layer.WeightRows, layer.Units, 0, layer.InputWidth, next.CotangentRows + first, rows);
            ActivationRows<TOps, TVector, TElement>.Backward(next.CotangentsFrom(first), next.SlopesFrom(first), count * next.Width);
        }
    }

    private void Score(int first, int count)
    {
        var layer = memory.Terms[0][^1];
        var weight = 1.0 / memory.Count;
        for (var i = first; i < first + count; i++)
        {
            _losses[i] = SoftmaxRows<TOps, TVector, TElement>.Loss(
                layer.ValuesFrom(i), layer.Biases, layer.Units, layer.Width, memory.Label(i), weight, out _isCorrect[i]);
        }
    }
}
