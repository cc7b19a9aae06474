using System.Numerics;
using L2O.Data;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>Loss, accuracy and gradient of a perceptron, read from where the examples are.</summary>
internal interface IPerceptronKernel
{
    /// <summary>The examples' losses.</summary>
    /// <param name="theta">[N].</param>
    /// <param name="examples">What the indices are of.</param>
    /// <param name="indices">Which examples, one or more; repeated ones count as often.</param>
    /// <param name="gradient">Receives that of the mean loss, [N]; null where it is not wanted.</param>
    /// <returns>One loss for each index, and how many are classified correctly; valid until the next call.</returns>
    (ArraySegment<double> Losses, long CorrectCount) Run(
        Tensor theta, Examples examples, ReadOnlySpan<int> indices, Tensor? gradient);
}

/// <summary>
/// The kernel of the CPU for one kind of vector and number. Blocks of examples go forth and back through all layers; then blocks
/// of columns add up the weights' gradients over all examples. What a block computes does not depend on threads.
/// </summary>
internal sealed unsafe class PerceptronKernel<TOps, TVector, TElement> : ParallelLoop, IPerceptronKernel
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private const int Block = PerceptronSizes.Block;

    // Examples whose values stay in the second cache, and columns that a product of four rows has at once.
    private const int ExamplesTogether = 32;
    private const int ColumnsTogether = 64;

    // Below so many multiplications to a thread, help comes too late.
    private const double FewestMultiplications = 1e6;

    private readonly PerceptronSizes _sizes;
    private readonly Activation _activation;
    private readonly int _threads;
    private readonly PerceptronLayer<TElement>[] _layers;
    private readonly List<(int Layer, int Start, int End)> _columns = [];
    private AlignedBuffer _buffer = new(0);
    private TElement** _inputs;
    private double[] _losses = [];
    private bool[] _isCorrect = [];
    private long* _labels;
    private int[] _indices = [];
    private int _count;
    private bool _isGradientWanted;
    private bool _isAddingUp;

    /// <summary>Of a perceptron.</summary>
    /// <param name="sizes">Of its layers.</param>
    /// <param name="activation">After each hidden layer.</param>
    /// <param name="threads">The most that work at once.</param>
    internal PerceptronKernel(PerceptronSizes sizes, Activation activation, int threads)
    {
        (_sizes, _activation, _threads) = (sizes, activation, threads);
        _layers = [.. Enumerable.Range(0, sizes.LayerCount + 1).Select(layer => new PerceptronLayer<TElement>(sizes, layer))];
        foreach (var layer in _layers[1..])
        {
            for (var start = 0; start < layer.InputWidth; start += ColumnsTogether)
            {
                _columns.Add((layer.Index, start, Math.Min(start + ColumnsTogether, layer.InputWidth)));
            }
        }
    }

    /// <inheritdoc/>
    public (ArraySegment<double> Losses, long CorrectCount) Run(
        Tensor theta, Examples examples, ReadOnlySpan<int> indices, Tensor? gradient)
    {
        var inputSize = _sizes.Units(0);
        _isGradientWanted = gradient is not null;
        Prepare(indices.Length);
        indices.CopyTo(_indices);
        _labels = TensorMemory.Start<long>(examples.Labels, examples.Count);
        var images = TensorMemory.Start<TElement>(examples.Inputs, examples.Count * inputSize);
        PointToInputs(images, inputSize);
        PointToWeights(TensorMemory.Start<TElement>(theta, _sizes.Count));
        var threads = (int)Math.Clamp(_count * _sizes.Multiplications / FewestMultiplications, 1, _threads);
        _isAddingUp = false;
        RunChunks((_count + ExamplesTogether - 1) / ExamplesTogether, threads);
        if (gradient is not null)
        {
            var start = TensorMemory.Start<TElement>(gradient, _sizes.Count);
            PointToGradients(start);
            _isAddingUp = true;
            RunChunks(_columns.Count, threads);
            CopyGradients(start);
        }

        GC.KeepAlive(theta);
        GC.KeepAlive(examples);
        GC.KeepAlive(gradient);
        return (new(_losses, 0, _count), _isCorrect.AsSpan(0, _count).Count(true));
    }

    /// <inheritdoc/>
    protected override void RunChunk(int chunk)
    {
        if (_isAddingUp)
        {
            var (layer, start, end) = _columns[chunk];
            AddUp(_layers[layer], start, end);
            return;
        }

        var first = chunk * ExamplesTogether;
        ForthAndBack(first, Math.Min(ExamplesTogether, _count - first));
    }

    private void ForthAndBack(int first, int count)
    {
        var rows = PerceptronSizes.Padded(count, Block);
        var below = _inputs + first;
        foreach (var layer in _layers[1..])
        {
            var values = layer.Values + ((long)first * layer.Width);
            RowProducts<TOps, TVector, TElement>.Inner(
                below, rows, layer.WeightRows, layer.PaddedUnits, layer.InputWidth, values, layer.Width);
            if (layer.Index < _sizes.LayerCount)
            {
                var slopes = layer.Slopes + ((long)first * layer.Width);
                ActivationRows<TOps, TVector, TElement>.Forward(_activation, values, slopes, layer.Biases, rows, layer.Width);
                below = layer.ValueRows + first;
            }
        }

        Score(first, count);
        for (var l = _sizes.LayerCount; l > 1 && _isGradientWanted; l--)
        {
            var (layer, next) = (_layers[l], _layers[l - 1]);
            var factors = (l == _sizes.LayerCount ? layer.Values : layer.Cotangents) + ((long)first * layer.Width);
            RowProducts<TOps, TVector, TElement>.Combine(
                factors, layer.Width, 1, layer.WeightRows, layer.Units, 0, layer.InputWidth, next.CotangentRows + first, rows);
            var at = (long)first * next.Width;
            ActivationRows<TOps, TVector, TElement>.Backward(next.Cotangents + at, next.Slopes + at, count * next.Width);
        }
    }

    private void Score(int first, int count)
    {
        var layer = _layers[^1];
        var weight = 1.0 / _count;
        for (var i = first; i < first + count; i++)
        {
            _losses[i] = SoftmaxRows<TOps, TVector, TElement>.Loss(
                layer.Values + ((long)i * layer.Width),
                layer.Biases,
                layer.Units,
                layer.Width,
                _labels[_indices[i]],
                weight,
                out _isCorrect[i]);
        }
    }

    private void AddUp(PerceptronLayer<TElement> layer, int start, int end)
    {
        var factors = layer.Index == _sizes.LayerCount ? layer.Values : layer.Cotangents;
        var below = layer.Index == 1 ? _inputs : _layers[layer.Index - 1].ValueRows;
        RowProducts<TOps, TVector, TElement>.Combine(
            factors, 1, layer.Width, below, _count, start, end, layer.GradientRows, layer.PaddedUnits);
        if (start == 0)
        {
            SumOfRows(factors, layer.Width, layer.BiasGradients);
        }
    }

    private void SumOfRows(TElement* rows, int width, TElement* sums)
    {
        for (var k = 0; k < width; k += TOps.Count)
        {
            TVector sum = default;
            for (var i = 0; i < _count; i++)
            {
                sum = TOps.Add(sum, TOps.Load(rows + ((long)i * width) + k));
            }

            TOps.Store(sums + k, sum);
        }
    }

    // Memory for so many examples; what it held is lost.
    private void Prepare(int count)
    {
        if (count == _count)
        {
            return;
        }

        _count = count;
        var rows = PerceptronSizes.Padded(count, Block);
        if (_losses.Length < rows)
        {
            (_losses, _isCorrect, _indices) = (new double[rows], new bool[rows], new int[rows]);
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
        foreach (var layer in _layers)
        {
            layer.PointToValues(rows);
        }
    }

    private void Carve(ref Carving carving, int rows)
    {
        _inputs = (TElement**)carving.Take<nint>(rows);
        foreach (var layer in _layers)
        {
            layer.Carve(ref carving, rows);
        }
    }

    private void PointToInputs(TElement* images, int size)
    {
        var copies = _layers[0].Values;
        var width = _sizes.Width(0);
        var rows = PerceptronSizes.Padded(_count, Block);
        for (var i = 0; i < rows; i++)
        {
            var image = images + ((long)_indices[Math.Min(i, _count - 1)] * size);
            _inputs[i] = image;
            if (width != size)
            {
                _inputs[i] = copies + ((long)i * width);
                new ReadOnlySpan<TElement>(image, size).CopyTo(new(_inputs[i], size));
            }
        }
    }

    private void PointToWeights(TElement* theta)
    {
        foreach (var layer in _layers[1..])
        {
            layer.PointToWeights(theta + _sizes.WeightsAt(layer.Index), theta + _sizes.BiasesAt(layer.Index));
        }
    }

    private void PointToGradients(TElement* gradient)
    {
        foreach (var layer in _layers[1..])
        {
            layer.PointToGradients(gradient + _sizes.WeightsAt(layer.Index));
        }
    }

    private void CopyGradients(TElement* gradient)
    {
        foreach (var layer in _layers[1..])
        {
            layer.CopyGradients(gradient + _sizes.WeightsAt(layer.Index), gradient + _sizes.BiasesAt(layer.Index));
        }
    }
}
