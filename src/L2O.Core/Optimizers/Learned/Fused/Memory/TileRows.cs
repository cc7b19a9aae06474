namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>Moves numbers between vectors [N] and rows of a tile.</summary>
internal static unsafe class TileRows
{
    /// <summary>A row from so many numbers, zero in the lanes to spare.</summary>
    internal static void Load<TElement>(TElement* source, int count, TElement* row)
        where TElement : unmanaged
    {
        new ReadOnlySpan<TElement>(source, count).CopyTo(new(row, count));
        new Span<TElement>(row + count, Tile.Lanes - count).Clear();
    }
}
