using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;

namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>Where the tiles of a state are.</summary>
internal sealed unsafe class StateBlocks<TElement>(CoordinatewiseNetwork network)
    where TElement : unmanaged
{
    private readonly int _tileSize = network.StateRows * Tile.Lanes;
    private readonly int _tilesPerBlock = TiledState.TilesPerBlock(network);
    private nint[] _starts = [];

    /// <summary>Turns to a state; valid while its tensors live.</summary>
    /// <param name="state">Of this network.</param>
    /// <param name="count">N.</param>
    /// <exception cref="ArgumentException">It is not that of so many coordinates.</exception>
    internal void PointTo(TiledState state, long count)
    {
        var tiles = Tile.CountFor(count);
        if (state.Blocks.Count != (tiles + _tilesPerBlock - 1) / _tilesPerBlock)
        {
            throw new ArgumentException($"has {state.Blocks.Count} blocks, not those of {count} coordinates", nameof(state));
        }

        if (_starts.Length != state.Blocks.Count)
        {
            _starts = new nint[state.Blocks.Count];
        }

        for (var block = 0; block < _starts.Length; block++)
        {
            var size = Math.Min(_tilesPerBlock, tiles) * _tileSize;
            _starts[block] = (nint)TensorMemory.Start<TElement>(state.Blocks[block], size);
            tiles -= _tilesPerBlock;
        }
    }

    /// <summary>The rows of one tile.</summary>
    internal TElement* At(long tile) =>
        (TElement*)_starts[tile / _tilesPerBlock] + (tile % _tilesPerBlock * _tileSize);
}
