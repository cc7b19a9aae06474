using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>
/// Where a tile's values are: rows, one after the other. Rows that a weight multiplies are followed by one of ones, for the bias.
/// </summary>
internal sealed class Celo2Record
{
    private readonly List<int> _ones = [];
    private int _rows;

    internal Celo2Record(Celo2Network network)
    {
        var sizes = network.Sizes;
        Inputs = new int[sizes.Length - 1];
        Cotangents = new int[sizes.Length - 1];
        for (var layer = 0; layer < Inputs.Length; layer++)
        {
            Inputs[layer] = Take(sizes[layer]);
            _ones.Add(Take(1));
            Cotangents[layer] = Take(Tile.Padded(sizes[layer + 1]));
        }

        Sums = Take(Tile.Padded(sizes[1..].Max()));
        Direction = Take(1);
        Size = _rows * Tile.Lanes;
    }

    /// <summary>Each layer's inputs.</summary>
    internal int[] Inputs { get; }

    /// <summary>Those of each layer's outputs, before they are rectified: whole blocks of rows.</summary>
    internal int[] Cotangents { get; }

    /// <summary>A layer's outputs, and what goes back to its inputs: whole blocks of rows.</summary>
    internal int Sums { get; }

    /// <summary>Where the tile goes.</summary>
    internal int Direction { get; }

    /// <summary>Elements of a record.</summary>
    internal int Size { get; }

    /// <summary>Rows of ones, which nothing overwrites.</summary>
    internal IReadOnlyList<int> Ones => _ones;

    private int Take(int rows)
    {
        var start = _rows * Tile.Lanes;
        _rows += rows;
        return start;
    }
}
