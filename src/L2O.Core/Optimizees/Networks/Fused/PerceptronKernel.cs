using System.Numerics;
using L2O.Data;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>Loss, accuracy and derivatives of a perceptron, read from where the examples are.</summary>
internal interface IPerceptronKernel
{
    /// <summary>The examples' losses; the gradient of their mean, or how it changes along a line.</summary>
    /// <param name="theta">[N].</param>
    /// <param name="direction">[N]: the line is theta + e direction; null for none.</param>
    /// <param name="examples">What the indices are of.</param>
    /// <param name="indices">Which examples, one or more; repeated ones count as often.</param>
    /// <param name="results">
    /// Each receives a term of the gradient along the line, [N]: the one at e^0, at e^1, at e^2; null where it is not wanted.
    /// </param>
    /// <returns>Without a line one loss for each index, and how many are classified correctly; valid until the next call.</returns>
    (ArraySegment<double> Losses, long CorrectCount) Run(
        Tensor theta, Tensor? direction, Examples examples, ReadOnlySpan<int> indices, params ReadOnlySpan<Tensor?> results);
}

/// <summary>
/// The kernel of the CPU for one kind of vector and number. Blocks of examples go forth and back through all layers; then blocks
/// of columns add up the weights' gradients over all examples. What a block computes does not depend on threads.
/// </summary>
/// <remarks>
/// Along a line every number is a polynomial in e, of which the first terms are computed (Taylor's mode of differentiation). Of the
/// gradient the term at e is the Hessian times the direction v, and that at e^2 half the gradient of v'Hv. The first layer, which
/// is most of the work, costs a second product on the way forth and one on the way back for each term that is wanted.
/// </remarks>
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
    private readonly int _order;
    private readonly PerceptronLayer<TElement>[][] _terms;
    private readonly List<(int Layer, int Start, int End)> _columns = [];
    private AlignedBuffer _buffer = new(0);
    private TElement** _inputs;
    private double[] _losses = [];
    private bool[] _isCorrect = [];
    private long* _labels;
    private int[] _indices = [];
    private int _count;
    private int _firstWanted;
    private bool _isAddingUp;

    /// <summary>Of a perceptron.</summary>
    /// <param name="sizes">Of its layers.</param>
    /// <param name="activation">After each hidden layer.</param>
    /// <param name="threads">The most that work at once.</param>
    /// <param name="order">Of the highest term along a line: 0, 1 or 2.</param>
    internal PerceptronKernel(PerceptronSizes sizes, Activation activation, int threads, int order)
    {
        (_sizes, _activation, _threads, _order) = (sizes, activation, threads, order);
        _terms =
        [
            .. Enumerable.Range(0, order + 1).Select(_ => Enumerable.Range(0, sizes.LayerCount + 1)
                .Select(layer => new PerceptronLayer<TElement>(sizes, layer)).ToArray()),
        ];
        foreach (var layer in _terms[0][1..])
        {
            for (var start = 0; start < layer.InputWidth; start += ColumnsTogether)
            {
                _columns.Add((layer.Index, start, Math.Min(start + ColumnsTogether, layer.InputWidth)));
            }
        }
    }

    /// <inheritdoc/>
    public (ArraySegment<double> Losses, long CorrectCount) Run(
        Tensor theta, Tensor? direction, Examples examples, ReadOnlySpan<int> indices, params ReadOnlySpan<Tensor?> results)
    {
        var inputSize = _sizes.Units(0);
        _firstWanted = 0;
        while (_firstWanted <= _order && results[_firstWanted] is null)
        {
            _firstWanted++;
        }

        Prepare(indices.Length);
        indices.CopyTo(_indices);
        _labels = TensorMemory.Start<long>(examples.Labels, examples.Count);
        var images = TensorMemory.Start<TElement>(examples.Inputs, examples.Count * inputSize);
        PointToInputs(images, inputSize);
        PointToWeights(_terms[0], theta);
        if (direction is not null)
        {
            PointToWeights(_terms[1], direction);
        }

        var work = (_order + 1) * _count * _sizes.Multiplications;
        var threads = (int)Math.Clamp(work / FewestMultiplications, 1, _threads);
        _isAddingUp = false;
        RunChunks((_count + ExamplesTogether - 1) / ExamplesTogether, threads);
        if (_firstWanted <= _order)
        {
            AddUp(results, threads);
        }

        GC.KeepAlive(theta);
        GC.KeepAlive(direction);
        GC.KeepAlive(examples);
        return (new(_losses, 0, _count), _isCorrect.AsSpan(0, _count).Count(true));
    }

    /// <inheritdoc/>
    protected override void RunChunk(int chunk)
    {
        if (_isAddingUp)
        {
            var (layer, start, end) = _columns[chunk];
            for (var term = _firstWanted; term <= _order; term++)
            {
                AddUp(term, layer, start, end);
            }

            return;
        }

        var first = chunk * ExamplesTogether;
        var count = Math.Min(ExamplesTogether, _count - first);
        if (_order > 0)
        {
            ForthAndBackAlong(first, count);
        }
        else
        {
            ForthAndBack(first, count);
        }
    }

    private void AddUp(ReadOnlySpan<Tensor?> results, int threads)
    {
        for (var term = _firstWanted; term <= _order; term++)
        {
            var start = TensorMemory.Start<TElement>(results[term]!, _sizes.Count);
            foreach (var layer in _terms[term][1..])
            {
                layer.PointToGradients(start + _sizes.WeightsAt(layer.Index));
            }
        }

        _isAddingUp = true;
        RunChunks(_columns.Count, threads);
        for (var term = _firstWanted; term <= _order; term++)
        {
            var start = TensorMemory.Start<TElement>(results[term]!, _sizes.Count);
            foreach (var layer in _terms[term][1..])
            {
                layer.CopyGradients(start + _sizes.WeightsAt(layer.Index), start + _sizes.BiasesAt(layer.Index));
            }

            GC.KeepAlive(results[term]);
        }
    }

    private void ForthAndBack(int first, int count)
    {
        var rows = PerceptronSizes.Padded(count, Block);
        var below = _inputs + first;
        var layers = _terms[0];
        foreach (var layer in layers[1..])
        {
            var values = layer.ValuesFrom(first);
            RowProducts<TOps, TVector, TElement>.Inner(
                below, rows, layer.WeightRows, layer.PaddedUnits, layer.InputWidth, values, layer.Width);
            if (layer.Index < _sizes.LayerCount)
            {
                ActivationRows<TOps, TVector, TElement>.Forward(
                    _activation, values, layer.SlopesFrom(first), layer.Biases, rows, layer.Width);
                below = layer.ValueRows + first;
            }
        }

        Score(first, count);
        for (var l = _sizes.LayerCount; l > 1 && _firstWanted == 0; l--)
        {
            var (layer, next) = (layers[l], layers[l - 1]);
            RowProducts<TOps, TVector, TElement>.Combine(
                layer.CotangentsFrom(first), layer.Width, 1, layer.WeightRows, layer.Units, 0, layer.InputWidth, next.CotangentRows + first, rows);
            ActivationRows<TOps, TVector, TElement>.Backward(next.CotangentsFrom(first), next.SlopesFrom(first), count * next.Width);
        }
    }

    // The same for all terms: of values a term takes the weights of its own term below, and the direction of the one before.
    private void ForthAndBackAlong(int first, int count)
    {
        var rows = PerceptronSizes.Padded(count, Block);
        var values = stackalloc TElement*[_order + 1];
        var slopes = stackalloc TElement*[_order + 1];
        var biases = stackalloc TElement*[2];
        for (var l = 1; l <= _sizes.LayerCount; l++)
        {
            for (var term = 0; term <= _order; term++)
            {
                Multiply(term, l, first, rows);
                values[term] = _terms[term][l].ValuesFrom(first);
                slopes[term] = _terms[term][l].SlopesFrom(first);
            }

            biases[0] = _terms[0][l].Biases;
            biases[1] = _terms[1][l].Biases;
            if (l < _sizes.LayerCount)
            {
                ActivationJets<TOps, TVector, TElement>.Forward(
                    _activation, values, slopes, biases, _order, rows, _terms[0][l].Width);
            }
        }

        ScoreAlong(values, biases, first, count);
        for (var l = _sizes.LayerCount; l > 1; l--)
        {
            for (var term = 0; term <= _order; term++)
            {
                MultiplyBack(term, l, first, rows);
                values[term] = _terms[term][l - 1].CotangentsFrom(first);
                slopes[term] = _terms[term][l - 1].SlopesFrom(first);
            }

            ActivationJets<TOps, TVector, TElement>.Backward(values, slopes, _order, count * _terms[0][l - 1].Width);
        }
    }

    private void Multiply(int term, int l, int first, int rows)
    {
        var layer = _terms[term][l];
        var weights = _terms[0][l].WeightRows;
        var direction = _terms[1][l].WeightRows;
        var values = layer.ValuesFrom(first);
        if (l > 1)
        {
            RowProducts<TOps, TVector, TElement>.Inner(
                _terms[term][l - 1].ValueRows + first, rows, weights, layer.PaddedUnits, layer.InputWidth, values, layer.Width);
            if (term > 0)
            {
                RowProducts<TOps, TVector, TElement>.Inner(
                    _terms[term - 1][l - 1].ValueRows + first,
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
                _inputs + first, rows, term == 0 ? weights : direction, layer.PaddedUnits, layer.InputWidth, values, layer.Width);
        }
        else
        {
            new Span<TElement>(values, rows * layer.Width).Clear();
        }
    }

    private void MultiplyBack(int term, int l, int first, int rows)
    {
        var (layer, next) = (_terms[term][l], _terms[term][l - 1]);
        RowProducts<TOps, TVector, TElement>.Combine(
            layer.CotangentsFrom(first),
            layer.Width,
            1,
            _terms[0][l].WeightRows,
            layer.Units,
            0,
            layer.InputWidth,
            next.CotangentRows + first,
            rows);
        if (term > 0)
        {
            RowProducts<TOps, TVector, TElement>.Combine(
                _terms[term - 1][l].CotangentsFrom(first),
                layer.Width,
                1,
                _terms[1][l].WeightRows,
                layer.Units,
                0,
                layer.InputWidth,
                next.CotangentRows + first,
                rows,
                isAdding: true);
        }
    }

    private void Score(int first, int count)
    {
        var layer = _terms[0][^1];
        var weight = 1.0 / _count;
        for (var i = first; i < first + count; i++)
        {
            _losses[i] = SoftmaxRows<TOps, TVector, TElement>.Loss(
                layer.ValuesFrom(i), layer.Biases, layer.Units, layer.Width, _labels[_indices[i]], weight, out _isCorrect[i]);
        }
    }

    private void ScoreAlong(TElement** scores, TElement** biases, int first, int count)
    {
        var layer = _terms[0][^1];
        for (var i = first; i < first + count; i++)
        {
            SoftmaxJets<TOps, TVector, TElement>.Cotangents(
                scores, biases, _order, layer.Units, layer.Width, _labels[_indices[i]], 1.0 / _count);
            for (var term = 0; term <= _order; term++)
            {
                scores[term] += layer.Width;
            }
        }
    }

    // A term of a layer's gradient: cotangents of each term times the values below of the term that is left. Inputs have but one.
    private void AddUp(int term, int l, int start, int end)
    {
        var layer = _terms[term][l];
        for (var other = 0; other <= (l == 1 ? 0 : term); other++)
        {
            RowProducts<TOps, TVector, TElement>.Combine(
                _terms[term - other][l].CotangentsFrom(0),
                1,
                layer.Width,
                l == 1 ? _inputs : _terms[other][l - 1].ValueRows,
                _count,
                start,
                end,
                layer.GradientRows,
                layer.PaddedUnits,
                isAdding: other > 0);
        }

        if (start == 0)
        {
            SumOfRows(layer.CotangentsFrom(0), layer.Width, layer.BiasGradients);
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
        foreach (var layer in _terms.SelectMany(layers => layers))
        {
            layer.PointToValues(rows);
        }
    }

    private void Carve(ref Carving carving, int rows)
    {
        _inputs = (TElement**)carving.Take<nint>(rows);
        _terms[0][0].Carve(ref carving, rows);
        foreach (var layers in _terms)
        {
            foreach (var layer in layers[1..])
            {
                layer.Carve(ref carving, rows);
            }
        }
    }

    private void PointToInputs(TElement* images, int size)
    {
        var copies = _terms[0][0];
        var rows = PerceptronSizes.Padded(_count, Block);
        for (var i = 0; i < rows; i++)
        {
            var image = images + ((long)_indices[Math.Min(i, _count - 1)] * size);
            _inputs[i] = image;
            if (copies.Width != size)
            {
                _inputs[i] = copies.ValuesFrom(i);
                new ReadOnlySpan<TElement>(image, size).CopyTo(new(_inputs[i], size));
            }
        }
    }

    private void PointToWeights(PerceptronLayer<TElement>[] layers, Tensor theta)
    {
        var start = TensorMemory.Start<TElement>(theta, _sizes.Count);
        foreach (var layer in layers[1..])
        {
            layer.PointToWeights(start + _sizes.WeightsAt(layer.Index), start + _sizes.BiasesAt(layer.Index));
        }
    }
}
