using L2O.Optimizers.Learned.Coordinatewise;

namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>
/// Where the values of one step of a tile are while its meta-gradient is computed: rows, one after the other. Rows that
/// a weight multiplies are followed by one of ones, for the bias.
/// </summary>
internal sealed class StepRecord
{
    private readonly List<int> _ones = [];
    private int _rows;

    internal StepRecord(CoordinatewiseNetwork network)
    {
        Cotangent = Take(1);
        Features = TakeWithOnes(network.FeatureCount);
        if (network.ProjectionSize > 0)
        {
            ProjectionGradient = Take(Tile.Padded(network.ProjectionSize));
            Projected = TakeWithOnes(network.ProjectionSize);
        }

        Layers = new LayerRecord[network.Hidden.Count];
        var input = network.ProjectionSize > 0 ? Projected : Features;
        for (var layer = 0; layer < Layers.Length; layer++)
        {
            var size = network.Hidden[layer];

            // Hidden values come before the gates: the head's gradient reads whole blocks of rows from them on.
            var hidden = TakeWithOnes(size);
            Layers[layer] = new(input, hidden, Gates: Take(4 * size), Cell: Take(size), TanhOfCell: Take(size));
            input = hidden;
        }

        Size = _rows * Tile.Lanes;
    }

    /// <summary>The gradient of the update, then of the head's linear output.</summary>
    internal int Cotangent { get; }

    internal int Features { get; }

    internal int Projected { get; }

    /// <summary>Sums of the projection, then their gradients.</summary>
    internal int ProjectionGradient { get; }

    internal LayerRecord[] Layers { get; }

    /// <summary>Elements of one step.</summary>
    internal int Size { get; }

    /// <summary>Rows of ones, which nothing overwrites.</summary>
    internal IReadOnlyList<int> Ones => _ones;

    private int TakeWithOnes(int rows)
    {
        var start = Take(rows);
        _ones.Add(Take(1));
        return start;
    }

    private int Take(int rows)
    {
        var start = _rows * Tile.Lanes;
        _rows += rows;
        return start;
    }

    /// <summary>Where a layer's values are.</summary>
    /// <param name="Input">Its inputs, which another layer or the features own.</param>
    /// <param name="Hidden">Its hidden values.</param>
    /// <param name="Gates">Its gates, then the gradients of their pre-activations.</param>
    /// <param name="Cell">Its cell values.</param>
    /// <param name="TanhOfCell">Their hyperbolic tangents.</param>
    internal readonly record struct LayerRecord(int Input, int Hidden, int Gates, int Cell, int TanhOfCell);
}
