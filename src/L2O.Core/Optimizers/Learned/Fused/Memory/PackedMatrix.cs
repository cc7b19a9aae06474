namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>Matrices as the product of a tile reads them: in each block of four rows the four weights of each column in turn.</summary>
internal static unsafe class PackedMatrix
{
    /// <summary>Packs a matrix, as columns of a wider one.</summary>
    /// <param name="packed">Receives it; rows that fill up the last block stay as they are.</param>
    /// <param name="matrix">Row by row.</param>
    /// <param name="columns">Of the matrix.</param>
    /// <param name="width">Columns of the packed one.</param>
    /// <param name="firstColumn">The packed one's, of the matrix's first.</param>
    internal static void Pack<TElement>(
        TElement* packed, ReadOnlySpan<TElement> matrix, int columns, int width, int firstColumn)
        where TElement : unmanaged
    {
        for (var i = 0; i < matrix.Length; i++)
        {
            packed[Index(row: i / columns, column: firstColumn + (i % columns), width)] = matrix[i];
        }
    }

    /// <summary>Packs the transpose of a matrix, as rows of a higher one.</summary>
    /// <param name="packed">Receives it.</param>
    /// <param name="matrix">Row by row.</param>
    /// <param name="columns">Of the matrix.</param>
    /// <param name="width">Columns of the packed one: at least the matrix's rows.</param>
    /// <param name="firstRow">The packed one's, of the matrix's first column.</param>
    internal static void PackTransposed<TElement>(
        TElement* packed, ReadOnlySpan<TElement> matrix, int columns, int width, int firstRow)
        where TElement : unmanaged
    {
        for (var i = 0; i < matrix.Length; i++)
        {
            packed[Index(row: firstRow + (i % columns), column: i / columns, width)] = matrix[i];
        }
    }

    // packed[row / 4][column][row % 4]
    private static int Index(int row, int column, int width) =>
        (((row / Tile.RowBlock * width) + column) * Tile.RowBlock) + (row % Tile.RowBlock);
}
