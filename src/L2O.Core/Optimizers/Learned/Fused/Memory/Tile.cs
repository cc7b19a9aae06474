namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>
/// Coordinates are worked on in tiles, small enough for a tile's values to stay in the first cache. In a tile every
/// quantity is a row of one number for each coordinate, so that one instruction serves as many coordinates as a
/// register has lanes.
/// </summary>
internal static class Tile
{
    /// <summary>Coordinates in a tile: three registers of 512 bits of float, or more narrower ones.</summary>
    internal const int Lanes = 48;

    /// <summary>Coordinates that one instruction serves in the widest register, of float: a third of a tile.</summary>
    internal const int GroupLanes = 16;

    /// <summary>Rows that the matrix kernels work on at once.</summary>
    internal const int RowBlock = 4;

    /// <summary>Tiles that hold so many coordinates; the last may have lanes to spare.</summary>
    internal static long CountFor(long coordinates) => (coordinates + Lanes - 1) / Lanes;

    /// <summary>Rows rounded up to whole blocks.</summary>
    internal static int Padded(int rows) => (rows + RowBlock - 1) / RowBlock * RowBlock;
}
