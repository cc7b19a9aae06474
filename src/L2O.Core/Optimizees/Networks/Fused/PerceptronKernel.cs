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
/// <remarks>Without a line there is one term, which <see cref="PerceptronPoint{TOps, TVector, TElement}"/> computes.</remarks>
internal sealed unsafe class PerceptronKernel<TOps, TVector, TElement> : ParallelLoop, IPerceptronKernel
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    // Examples whose values stay in the second cache, and columns that a product of four rows has at once.
    private const int ExamplesTogether = 32;
    private const int ColumnsTogether = 64;

    // Below so many multiplications to a thread, help comes too late.
    private const double FewestMultiplications = 1e6;

    private readonly int _threads;
    private readonly PerceptronMemory<TElement> _memory;
    private readonly PerceptronPoint<TOps, TVector, TElement> _point;
    private readonly PerceptronLine<TOps, TVector, TElement> _line;
    private readonly List<(int Layer, int Start, int End)> _columns = [];
    private int _firstWanted;
    private bool _isAddingUp;

    /// <summary>Of a perceptron.</summary>
    /// <param name="sizes">Of its layers.</param>
    /// <param name="activation">After each hidden layer.</param>
    /// <param name="threads">The most that work at once.</param>
    /// <param name="order">Of the highest term along a line: 0, 1 or 2.</param>
    internal PerceptronKernel(PerceptronSizes sizes, Activation activation, int threads, int order)
    {
        _threads = threads;
        _memory = new(sizes, order);
        (_point, _line) = (new(_memory, activation), new(_memory, activation));
        foreach (var layer in _memory.Terms[0][1..])
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
        _firstWanted = 0;
        while (_firstWanted < results.Length && results[_firstWanted] is null)
        {
            _firstWanted++;
        }

        _memory.PointToExamples(examples, indices);
        _memory.PointToWeights(term: 0, theta);
        if (direction is not null)
        {
            _memory.PointToWeights(term: 1, direction);
        }

        _point.Prepare();
        var work = (_memory.Order + 1) * indices.Length * _memory.Sizes.Multiplications;
        var threads = (int)Math.Clamp(work / FewestMultiplications, 1, _threads);
        _isAddingUp = false;
        RunChunks((indices.Length + ExamplesTogether - 1) / ExamplesTogether, threads);
        for (var term = _firstWanted; term < results.Length; term++)
        {
            _memory.PointToGradients(term, results[term]!);
        }

        if (_firstWanted < results.Length)
        {
            _isAddingUp = true;
            RunChunks(_columns.Count, threads);
        }

        for (var term = _firstWanted; term < results.Length; term++)
        {
            _memory.CopyGradients(term, results[term]!);
            GC.KeepAlive(results[term]);
        }

        GC.KeepAlive(theta);
        GC.KeepAlive(direction);
        GC.KeepAlive(examples);
        return _point.Scores;
    }

    /// <inheritdoc/>
    protected override void RunChunk(int chunk)
    {
        if (_isAddingUp)
        {
            var (layer, start, end) = _columns[chunk];
            for (var term = _firstWanted; term <= _memory.Order; term++)
            {
                AddUp(term, layer, start, end);
            }

            return;
        }

        var first = chunk * ExamplesTogether;
        var count = Math.Min(ExamplesTogether, _memory.Count - first);
        if (_memory.Order > 0)
        {
            _line.ForthAndBack(first, count);
        }
        else
        {
            _point.ForthAndBack(first, count, isGradientWanted: _firstWanted == 0);
        }
    }

    // A term of a layer's gradient: cotangents of each term times the values below of the term that is left. Inputs have but one.
    private void AddUp(int term, int l, int start, int end)
    {
        var layer = _memory.Terms[term][l];
        for (var other = 0; other <= (l == 1 ? 0 : term); other++)
        {
            RowProducts<TOps, TVector, TElement>.Combine(
                _memory.Terms[term - other][l].CotangentsFrom(0),
                1,
                layer.Width,
                l == 1 ? _memory.Inputs : _memory.Terms[other][l - 1].ValueRows,
                _memory.Count,
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
            for (var i = 0; i < _memory.Count; i++)
            {
                sum = TOps.Add(sum, TOps.Load(rows + ((long)i * width) + k));
            }

            TOps.Store(sums + k, sum);
        }
    }
}
