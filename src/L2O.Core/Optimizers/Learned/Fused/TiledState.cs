using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>What a coordinate-wise network remembers, in the order the kernels read it.</summary>
/// <param name="Tiles">
/// [tiles, rows, lanes]: in each tile a row for every moment, then for every hidden and every cell value of each layer.
/// </param>
internal sealed record TiledState(Tensor Tiles) : OptimizerState
{
    /// <inheritdoc/>
    public override TiledState Map(Func<Tensor, Tensor> replace) => this with { Tiles = replace(Tiles) };
}
