using L2O.Optimizers.Learned.Coordinatewise;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>What a coordinate-wise network keeps between steps, in the order the tiles are read.</summary>
/// <param name="Blocks">
/// Each [tiles, rows, lanes]: in a tile a row for every moment, then for every hidden and cell value of each layer.
/// Blocks are small enough for the allocator to give one that was freed to the step after.
/// </param>
internal sealed record TiledState(IReadOnlyList<Tensor> Blocks) : RuleState
{
    private const int BlockBytes = 16 << 20;

    /// <summary>Before the first step.</summary>
    /// <param name="network">Says what is kept.</param>
    /// <param name="theta">[N].</param>
    internal static TiledState Initial(CoordinatewiseNetwork network, Tensor theta)
    {
        var tiles = Tile.CountFor(theta.NumberOfElements);
        var most = TilesPerBlock(network);
        return new(
        [
            .. Enumerable.Range(0, (int)((tiles + most - 1) / most)).Select(block =>
                zeros(Math.Min(most, tiles - (block * (long)most)), network.StateRows, Tile.Lanes, dtype: theta.dtype)),
        ]);
    }

    /// <summary>Tiles in every block but the last.</summary>
    internal static int TilesPerBlock(CoordinatewiseNetwork network) =>
        Math.Max(1, BlockBytes / (network.StateRows * Tile.Lanes * sizeof(float)));

    /// <inheritdoc/>
    public override TiledState Map(Func<Tensor, Tensor> replace) => this with { Blocks = [.. Blocks.Select(replace)] };
}
