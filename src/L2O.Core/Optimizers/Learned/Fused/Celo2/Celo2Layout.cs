using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Tensors;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>One tensor as a matrix in row-major order; a vector is a single row.</summary>
/// <param name="Start">Of its scalars among all.</param>
/// <param name="Rows">Rows in memory.</param>
/// <param name="Columns">Columns in memory.</param>
/// <param name="IsMatrix">Whether rows and columns have means.</param>
/// <param name="MeansStart">Of its means of squares among all.</param>
internal sealed record Celo2Tensor(long Start, int Rows, int Columns, bool IsMatrix, long MeansStart)
{
    /// <summary>Scalars.</summary>
    internal long Count => (long)Rows * Columns;

    /// <summary>Means of squares: of rows and columns, or a vector's squares themselves.</summary>
    internal long MeanCount => IsMatrix ? (long)Rows + Columns : Columns;

    /// <summary>Whether rows in memory are the shorter side, whose means come first.</summary>
    internal bool AreRowsFirst => Rows <= Columns;

    /// <summary>Where the means of rows are; of matrices.</summary>
    internal long RowMeansStart => AreRowsFirst ? MeansStart : MeansStart + Columns;

    /// <summary>Where the means of columns are.</summary>
    internal long ColumnMeansStart => IsMatrix && AreRowsFirst ? MeansStart + Rows : MeansStart;

    /// <summary>Groups that a row fills, the last perhaps in part.</summary>
    internal int GroupsInRow => (Columns + Tile.GroupLanes - 1) / Tile.GroupLanes;

    /// <summary>Rows rounded up to whole groups.</summary>
    internal int PaddedRows => (Rows + Tile.GroupLanes - 1) / Tile.GroupLanes * Tile.GroupLanes;

    /// <summary>Columns rounded up to whole groups.</summary>
    internal int PaddedColumns => GroupsInRow * Tile.GroupLanes;
}

/// <summary>Rows of a tensor that are worked on together.</summary>
/// <param name="Tensor">Its number.</param>
/// <param name="FirstRow">The first.</param>
/// <param name="RowCount">How many.</param>
internal readonly record struct Celo2Chunk(int Tensor, int FirstRow, int RowCount);

/// <summary>The tensors of an optimizee, and the chunks that they are worked on in, which no thread has a say in.</summary>
internal sealed class Celo2Layout
{
    // Scalars whose means stay in the first cache.
    private const int ScalarsTogether = 4096;

    internal Celo2Layout(ParameterLayout layout)
    {
        var (start, means) = (0L, 0L);
        List<Celo2Tensor> tensors = [];
        List<Celo2Chunk> chunks = [];
        foreach (var shape in layout.Shapes.Where(shape => shape.Count > 0))
        {
            var isMatrix = shape.Shape.Length > 1;
            var rows = isMatrix ? checked((int)shape.Shape[0]) : 1;
            Celo2Tensor tensor = new(start, rows, checked((int)(shape.Count / rows)), isMatrix, means);
            var together = Math.Max(1, ScalarsTogether / tensor.Columns);
            for (var row = 0; row < rows; row += together)
            {
                chunks.Add(new(tensors.Count, row, Math.Min(together, rows - row)));
            }

            tensors.Add(tensor);
            start += tensor.Count;
            means += tensor.MeanCount;
        }

        (Tensors, Chunks, Count, MeanCount) = (tensors, chunks, start, means);
        TileCount = chunks.Sum(chunk => ((long)chunk.RowCount * tensors[chunk.Tensor].PaddedColumns) / Tile.Lanes);
    }

    /// <summary>Those with a scalar.</summary>
    internal IReadOnlyList<Celo2Tensor> Tensors { get; }

    /// <summary>In the tensors' order.</summary>
    internal IReadOnlyList<Celo2Chunk> Chunks { get; }

    /// <summary>Scalars, N.</summary>
    internal long Count { get; }

    /// <summary>Means of squares for each decay.</summary>
    internal long MeanCount { get; }

    /// <summary>Tiles, roughly.</summary>
    internal long TileCount { get; }
}
