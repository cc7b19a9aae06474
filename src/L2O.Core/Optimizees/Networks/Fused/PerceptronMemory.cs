using System.Numerics;
using L2O.Data;
using L2O.Kernels;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>What a perceptron's values are in on the way forth and back: for each term along a line, each layer's memory.</summary>
/// <param name="sizes">Of the layers.</param>
/// <param name="order">Of the highest term: 0 without a line.</param>
internal sealed unsafe class PerceptronMemory<TElement>(PerceptronSizes sizes, int order)
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private AlignedBuffer _buffer = new(0);
    private int[] _indices = [];
    private long* _labels;

    /// <summary>Of the layers.</summary>
    internal PerceptronSizes Sizes => sizes;

    /// <summary>Of the highest term.</summary>
    internal int Order => order;

    /// <summary>By term and layer; layer 0 has copies of inputs, in term 0 alone.</summary>
    internal PerceptronLayer<TElement>[][] Terms { get; } =
    [
        .. Enumerable.Range(0, order + 1).Select(_ => Enumerable.Range(0, sizes.LayerCount + 1)
            .Select(layer => new PerceptronLayer<TElement>(sizes, layer)).ToArray()),
    ];

    /// <summary>Examples.</summary>
    internal int Count { get; private set; }

    /// <summary>The examples' inputs: whole blocks of rows.</summary>
    internal TElement** Inputs { get; private set; }

    /// <summary>The label of one of the examples.</summary>
    internal long Label(int example) => _labels[_indices[example]];

    /// <summary>Turns to examples; what the memory held is lost.</summary>
    /// <param name="examples">What the indices are of; must live as long as they are used.</param>
    /// <param name="indices">Which.</param>
    internal void PointToExamples(Examples examples, ReadOnlySpan<int> indices)
    {
        Prepare(indices.Length);
        indices.CopyTo(_indices);
        _labels = TensorMemory.Start<long>(examples.Labels, examples.Count);
        var (copies, size) = (Terms[0][0], sizes.Units(0));
        var images = TensorMemory.Start<TElement>(examples.Inputs, examples.Count * size);
        var rows = PerceptronSizes.Padded(Count, PerceptronSizes.Block);
        for (var i = 0; i < rows; i++)
        {
            var image = images + ((long)_indices[Math.Min(i, Count - 1)] * size);
            Inputs[i] = image;
            if (copies.Width != size)
            {
                Inputs[i] = copies.ValuesFrom(i);
                new ReadOnlySpan<TElement>(image, size).CopyTo(new(Inputs[i], size));
            }
        }
    }

    /// <summary>Turns to the weights [N] of a term: theta's of the first, the line's direction of the second.</summary>
    internal void PointToWeights(int term, Tensor weights)
    {
        var start = TensorMemory.Start<TElement>(weights, sizes.Count);
        foreach (var layer in Terms[term][1..])
        {
            layer.PointToWeights(start + sizes.WeightsAt(layer.Index), start + sizes.BiasesAt(layer.Index));
        }
    }

    /// <summary>Turns to what receives a term of the gradient, [N].</summary>
    internal void PointToGradients(int term, Tensor gradient)
    {
        var start = TensorMemory.Start<TElement>(gradient, sizes.Count);
        foreach (var layer in Terms[term][1..])
        {
            layer.PointToGradients(start + sizes.WeightsAt(layer.Index));
        }
    }

    /// <summary>Writes what of a term of the gradient has been computed elsewhere.</summary>
    internal void CopyGradients(int term, Tensor gradient)
    {
        var start = TensorMemory.Start<TElement>(gradient, sizes.Count);
        foreach (var layer in Terms[term][1..])
        {
            layer.CopyGradients(start + sizes.WeightsAt(layer.Index), start + sizes.BiasesAt(layer.Index));
        }
    }

    private void Prepare(int count)
    {
        if (count == Count)
        {
            return;
        }

        Count = count;
        var rows = PerceptronSizes.Padded(count, PerceptronSizes.Block);
        if (_indices.Length < rows)
        {
            _indices = new int[rows];
        }

        Carving carving = new(null);
        Carve(ref carving, rows);
        if (_buffer.Size < carving.Size)
        {
            _buffer = new(AlignedBuffer.SizeOf<byte>(carving.Size));
        }

        carving = new(_buffer.Start);
        Carve(ref carving, rows);
        new Span<byte>(_buffer.Start, _buffer.Size).Clear();
        foreach (var layer in Terms.SelectMany(layers => layers))
        {
            layer.PointToValues(rows);
        }
    }

    private void Carve(ref Carving carving, int rows)
    {
        Inputs = (TElement**)carving.Take<nint>(rows);
        Terms[0][0].Carve(ref carving, rows);
        foreach (var layers in Terms)
        {
            foreach (var layer in layers[1..])
            {
                layer.Carve(ref carving, rows);
            }
        }
    }
}
