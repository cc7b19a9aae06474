using System.Numerics;
using L2O.Kernels.Vectors;
using L2O.Tensors;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>Forth and back through all layers along a line theta + e direction, term by term.</summary>
/// <remarks>
/// Every number is a polynomial in e, of which the first terms are computed (Taylor's mode of differentiation). Of the gradient the
/// term at e is the Hessian times the direction v, and that at e^2 half the gradient of v'Hv. The first layer, which is most of the
/// work, costs a second product on the way forth and one on the way back for each term that is wanted.
/// </remarks>
/// <param name="memory">Where the values are.</param>
/// <param name="activation">After each hidden layer.</param>
internal sealed unsafe class PerceptronLine<TOps, TVector, TElement>(PerceptronMemory<TElement> memory, Activation activation)
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>Some examples, from losses to the cotangents of all layers.</summary>
    internal void ForthAndBack(int first, int count)
    {
        var rows = PerceptronSizes.Padded(count, PerceptronSizes.Block);
        var values = stackalloc TElement*[memory.Order + 1];
        var slopes = stackalloc TElement*[memory.Order + 1];
        var biases = stackalloc TElement*[2];
        for (var l = 1; l <= memory.Sizes.LayerCount; l++)
        {
            for (var term = 0; term <= memory.Order; term++)
            {
                Multiply(term, l, first, rows);
                values[term] = memory.Terms[term][l].ValuesFrom(first);
                slopes[term] = memory.Terms[term][l].SlopesFrom(first);
            }

            biases[0] = memory.Terms[0][l].Biases;
            biases[1] = memory.Terms[1][l].Biases;
            if (l < memory.Sizes.LayerCount)
            {
                ActivationJets<TOps, TVector, TElement>.Forward(
                    activation, values, slopes, biases, memory.Order, rows, memory.Terms[0][l].Width);
            }
        }

        Score(values, biases, first, count);
        for (var l = memory.Sizes.LayerCount; l > 1; l--)
        {
            for (var term = 0; term <= memory.Order; term++)
            {
                MultiplyBack(term, l, first, rows);
                values[term] = memory.Terms[term][l - 1].CotangentsFrom(first);
                slopes[term] = memory.Terms[term][l - 1].SlopesFrom(first);
            }

            ActivationJets<TOps, TVector, TElement>.Backward(values, slopes, memory.Order, count * memory.Terms[0][l - 1].Width);
        }
    }

    // A term takes the weights times its own term below, and the direction times the one before.
    private void Multiply(int term, int l, int first, int rows)
    {
        var layer = memory.Terms[term][l];
        var weights = memory.Terms[0][l].WeightRows;
        var direction = memory.Terms[1][l].WeightRows;
        var values = layer.ValuesFrom(first);
        if (l > 1)
        {
            RowProducts<TOps, TVector, TElement>.Inner(
                memory.Terms[term][l - 1].ValueRows + first, rows, weights, layer.PaddedUnits, layer.InputWidth, values, layer.Width);
            if (term > 0)
            {
                RowProducts<TOps, TVector, TElement>.Inner(
                    memory.Terms[term - 1][l - 1].ValueRows + first,
                    rows,
                    direction,
                    layer.PaddedUnits,
                    layer.InputWidth,
                    values,
                    layer.Width,
                    isAdding: true);
            }
        }
        else if (term < 2)
        {
            RowProducts<TOps, TVector, TElement>.Inner(
                memory.Inputs + first, rows, term == 0 ? weights : direction, layer.PaddedUnits, layer.InputWidth, values, layer.Width);
        }
        else
        {
            new Span<TElement>(values, rows * layer.Width).Clear();
        }
    }

    private void MultiplyBack(int term, int l, int first, int rows)
    {
        var (layer, next) = (memory.Terms[term][l], memory.Terms[term][l - 1]);
        RowProducts<TOps, TVector, TElement>.Combine(
            layer.CotangentsFrom(first),
            layer.Width,
            1,
            memory.Terms[0][l].WeightRows,
            layer.Units,
            0,
            layer.InputWidth,
            next.CotangentRows + first,
            rows);
        if (term > 0)
        {
            RowProducts<TOps, TVector, TElement>.Combine(
                memory.Terms[term - 1][l].CotangentsFrom(first),
                layer.Width,
                1,
                memory.Terms[1][l].WeightRows,
                layer.Units,
                0,
                layer.InputWidth,
                next.CotangentRows + first,
                rows,
                isAdding: true);
        }
    }

    private void Score(TElement** scores, TElement** biases, int first, int count)
    {
        var layer = memory.Terms[0][^1];
        for (var i = first; i < first + count; i++)
        {
            SoftmaxJets<TOps, TVector, TElement>.Cotangents(
                scores, biases, memory.Order, layer.Units, layer.Width, memory.Label(i), 1.0 / memory.Count);
            for (var term = 0; term <= memory.Order; term++)
            {
                scores[term] += layer.Width;
            }
        }
    }
}
