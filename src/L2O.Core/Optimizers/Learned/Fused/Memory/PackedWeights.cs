using System.Numerics;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Kernels.Vectors;

namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>The weights of one phi, ordered as the matrix kernels read them.</summary>
internal sealed unsafe class PackedWeights<TElement>
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private readonly AlignedBuffer _buffer;

    /// <summary>Packs a phi, whose tensors are the projection's, each layer's, and the head's.</summary>
    /// <param name="network">Gives the sizes.</param>
    /// <param name="phi">[P].</param>
    internal PackedWeights(CoordinatewiseNetwork network, ReadOnlySpan<TElement> phi)
    {
        var layers = LayerSizes.Of(network);
        var projectionRows = Tile.Padded(network.ProjectionSize);
        var largestRows = layers.Max(layer => layer.BackwardRows);
        var count = (projectionRows * (network.FeatureCount + 1)) + layers.Sum(layer => layer.Count)
            + network.Hidden[^1] + 1 + largestRows;
        _buffer = new(AlignedBuffer.SizeOf<TElement>(count));
        var next = (TElement*)_buffer.Start;
        new Span<TElement>(next, (int)count).Clear();
        var rest = phi;

        Zeros = Take(ref next, largestRows);
        Projection = Take(ref next, projectionRows * network.FeatureCount);
        ProjectionBias = Take(ref next, projectionRows);
        if (network.ProjectionSize > 0)
        {
            var matrix = Take(ref rest, network.ProjectionSize * network.FeatureCount);
            PackedMatrix.Pack(Projection, matrix, network.FeatureCount, network.FeatureCount, 0);
            Take(ref rest, network.ProjectionSize).CopyTo(new(ProjectionBias, network.ProjectionSize));
        }

        Layers = new Layer[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            Layers[i] = PackLayer(layers[i], ref next, ref rest);
        }

        Head = Take(ref next, network.Hidden[^1]);
        Take(ref rest, network.Hidden[^1]).CopyTo(new(Head, network.Hidden[^1]));
        HeadBias = Take(ref next, 1);
        *HeadBias = rest[0];
    }

    /// <summary>The projection's: in each block of rows the weights of each feature in turn.</summary>
    internal TElement* Projection { get; }

    internal TElement* ProjectionBias { get; }

    internal Layer[] Layers { get; }

    internal TElement* Head { get; }

    internal TElement* HeadBias { get; }

    /// <summary>The bias of a product that has none.</summary>
    internal TElement* Zeros { get; }

    private static Layer PackLayer(LayerSizes sizes, ref TElement* next, ref ReadOnlySpan<TElement> rest)
    {
        var inputWeights = Take(ref rest, sizes.Gates * sizes.Inputs);
        var hiddenWeights = Take(ref rest, sizes.Gates * sizes.Hidden);
        var layer = new Layer
        {
            Weights = Take(ref next, sizes.Gates * (sizes.Inputs + sizes.Hidden)),
            Bias = Take(ref next, sizes.Gates),
            Transposed = Take(ref next, sizes.BackwardRows * sizes.Gates),
        };
        PackedMatrix.Pack(layer.Weights, inputWeights, sizes.Inputs, sizes.Inputs + sizes.Hidden, 0);
        PackedMatrix.Pack(layer.Weights, hiddenWeights, sizes.Hidden, sizes.Inputs + sizes.Hidden, sizes.Inputs);
        Take(ref rest, sizes.Gates).CopyTo(new(layer.Bias, sizes.Gates));
        MakeExponents(layer.Weights, sizes.Hidden, sizes.Inputs + sizes.Hidden);
        MakeExponents(layer.Bias, sizes.Hidden, 1);
        PackedMatrix.PackTransposed(layer.Transposed, hiddenWeights, sizes.Hidden, sizes.Gates, sizes.InputGradients);
        if (sizes.InputGradients > 0)
        {
            PackedMatrix.PackTransposed(layer.Transposed, inputWeights, sizes.Inputs, sizes.Gates, 0);
        }

        return layer;
    }

    // Rows of the input, forget, candidate and output gates of each unit; blocks of rows keep that order.
    private static void MakeExponents(TElement* gateRows, int hidden, int width)
    {
        for (var i = 0; i < 4 * hidden * width; i++)
        {
            var row = (i / (width * Tile.RowBlock) * Tile.RowBlock) + (i % Tile.RowBlock);
            gateRows[i] *= TElement.CreateTruncating(row / hidden == 2 ? Exponents.OfTanh : Exponents.OfSigmoid);
        }
    }

    private static TElement* Take(ref TElement* next, int count)
    {
        var start = next;
        next += count;
        return start;
    }

    private static ReadOnlySpan<TElement> Take(ref ReadOnlySpan<TElement> rest, int count)
    {
        var start = rest[..count];
        rest = rest[count..];
        return start;
    }

    /// <summary>One LSTM layer.</summary>
    internal readonly struct Layer
    {
        /// <summary>Of the gates' <see cref="Exponents"/> over the inputs and the layer's own hidden values.</summary>
        internal TElement* Weights { get; init; }

        internal TElement* Bias { get; init; }

        /// <summary>Of the inputs' rows, where they want gradients, and the hidden values', over the gates.</summary>
        internal TElement* Transposed { get; init; }
    }
}
