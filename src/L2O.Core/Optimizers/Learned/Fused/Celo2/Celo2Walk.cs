using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>Goes through a chunk, tile by tile. A tile has three groups of coordinates; each is of one row, and the last of a row may be short.</summary>
internal struct Celo2Walk
{
    private readonly int _endRow;
    private int _row;
    private int _column;
    private (int Row, int Column) _first;
    private (int Row, int Column) _second;
    private (int Row, int Column) _third;

    /// <summary>Before the chunk's first tile.</summary>
    internal Celo2Walk(Celo2Layout layout, Celo2Chunk chunk)
    {
        (TensorIndex, Tensor) = (chunk.Tensor, layout.Tensors[chunk.Tensor]);
        (_row, _endRow) = (chunk.FirstRow, chunk.FirstRow + chunk.RowCount);
    }

    /// <summary>Which tensor the chunk is of.</summary>
    internal int TensorIndex { get; }

    /// <summary>The tensor.</summary>
    internal Celo2Tensor Tensor { get; }

    /// <summary>Goes to the next tile.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool Next()
    {
        _first = Take();
        _second = Take();
        _third = Take();
        return _first.Row < _endRow;
    }

    /// <summary>Coordinates of a group, 0 where the tile has it no more.</summary>
    internal readonly int Lanes(int group) =>
        Row(group) < _endRow ? Math.Min(Tile.GroupLanes, Tensor.Columns - Column(group)) : 0;

    /// <summary>Where a group's first coordinate is among all.</summary>
    internal readonly long At(int group) => Tensor.Start + ((long)Row(group) * Tensor.Columns) + Column(group);

    internal readonly int Row(int group) => group switch
    {
        0 => _first.Row,
        1 => _second.Row,
        _ => _third.Row,
    };

    internal readonly int Column(int group) => group switch
    {
        0 => _first.Column,
        1 => _second.Column,
        _ => _third.Column,
    };

    private (int Row, int Column) Take()
    {
        var taken = (_row, _column);
        _column += Tile.GroupLanes;
        if (_column >= Tensor.Columns)
        {
            (_row, _column) = (_row + 1, 0);
        }

        return taken;
    }
}
