namespace L2O.Optimizers.Learned.Fused;

/// <summary>Where the tiles of a state are.</summary>
internal sealed unsafe class StateBlocks<TElement>(CoordinatewiseNetwork network)
    where TElement : unmanaged
{
    private readonly int _tileSize = network.StateRows * Tile.Lanes;
    private readonly int _tilesPerBlock = TiledState.TilesPerBlock(network);
    private nint[] _starts = [];

    /// <summary>Turns to a state; valid while its tensors live.</summary>
    internal void PointTo(TiledState state)
    {
        if (_starts.Length != state.Blocks.Count)
        {
            _starts = new nint[state.Blocks.Count];
        }

        for (var block = 0; block < _starts.Length; block++)
        {
            _starts[block] = (nint)TensorMemory.Start<TElement>(state.Blocks[block]);
        }
    }

    /// <summary>The rows of one tile.</summary>
    internal TElement* At(long tile) =>
        (TElement*)_starts[tile / _tilesPerBlock] + (tile % _tilesPerBlock * _tileSize);
}
