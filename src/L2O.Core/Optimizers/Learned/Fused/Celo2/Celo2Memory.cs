using System.Numerics;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>What the tensors and chunks of a layout need beside the state, step by step.</summary>
/// <param name="network">Gives the sizes.</param>
internal sealed unsafe class Celo2Memory<TElement>(Celo2Network network)
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>Tables of a side: its means, one over their roots, and its factors.</summary>
    internal const int SideTables = 3;

    private Celo2Layout? _layout;
    private AlignedBuffer _buffer = new(0);
    private nint[] _rowSums = [];
    private nint[] _columnSums = [];
    private nint[] _tables = [];
    private nint[] _firstWeights = [];

    /// <summary>Sums over chunks of squared features: [chunks, features].</summary>
    internal double[] FeatureSquares { get; private set; } = [];

    /// <summary>Means of squares over tensors, of features that are alike along rows or columns: [tensors, features].</summary>
    internal double[] SideSquares { get; private set; } = [];

    /// <summary>What features of tensors are multiplied by: [tensors, features].</summary>
    internal double[] Scales { get; private set; } = [];

    /// <summary>Sums over chunks of squared directions, and of directions times cotangents.</summary>
    internal (double Squares, double Products)[] Directions { get; private set; } = [];

    /// <summary>Tables in memory for a layout; what they held is lost if it is another.</summary>
    internal void Prepare(Celo2Layout layout)
    {
        if (ReferenceEquals(layout, _layout))
        {
            return;
        }

        _layout = layout;
        var (tensors, chunks) = (layout.Tensors.Count, layout.Chunks.Count);
        _rowSums = new nint[tensors];
        _columnSums = new nint[chunks];
        _tables = new nint[tensors];
        _firstWeights = new nint[tensors];
        FeatureSquares = new double[chunks * network.FeatureCount];
        SideSquares = new double[tensors * network.FeatureCount];
        Scales = new double[tensors * network.FeatureCount];
        Directions = new (double, double)[chunks];
        Carving carving = new(null);
        Carve(ref carving, layout);
        if (_buffer.Size < carving.Size)
        {
            _buffer = new(AlignedBuffer.SizeOf<byte>(carving.Size));
        }

        carving = new(_buffer.Start);
        Carve(ref carving, layout);
        new Span<byte>(_buffer.Start, _buffer.Size).Clear();
    }

    /// <summary>Sums of squares over the rows of a tensor.</summary>
    internal TElement* RowSums(int tensor) => (TElement*)_rowSums[tensor];

    /// <summary>Sums of squares over the columns of a chunk.</summary>
    internal TElement* ColumnSums(int chunk) => (TElement*)_columnSums[chunk];

    /// <summary>A table of the rows of a tensor, for its first decay; those of other decays follow.</summary>
    internal TElement* RowTable(int tensor, int table) =>
        (TElement*)_tables[tensor] + (table * network.DecayCount * _layout!.Tensors[tensor].PaddedRows);

    /// <summary>A table of the columns of a tensor, for its first decay.</summary>
    internal TElement* ColumnTable(int tensor, int table) =>
        RowTable(tensor, SideTables) + (table * network.DecayCount * _layout!.Tensors[tensor].PaddedColumns);

    /// <summary>The first layer's weights of features as they are, packed.</summary>
    internal TElement* FirstWeights(int tensor) => (TElement*)_firstWeights[tensor];

    private void Carve(ref Carving carving, Celo2Layout layout)
    {
        var firstWeights = Tile.Padded(network.Sizes[1]) * network.FeatureCount;
        foreach (var (i, tensor) in layout.Tensors.Index())
        {
            _rowSums[i] = (nint)carving.Take<TElement>(tensor.PaddedRows);
            _tables[i] = (nint)carving.Take<TElement>(
                (long)SideTables * network.DecayCount * (tensor.PaddedRows + tensor.PaddedColumns));
            _firstWeights[i] = (nint)carving.Take<TElement>(firstWeights);
        }

        foreach (var (i, chunk) in layout.Chunks.Index())
        {
            _columnSums[i] = (nint)carving.Take<TElement>(layout.Tensors[chunk.Tensor].PaddedColumns);
        }
    }
}
