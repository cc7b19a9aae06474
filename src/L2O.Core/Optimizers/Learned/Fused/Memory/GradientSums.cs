using System.Runtime.InteropServices;
using L2O.Optimizers.Learned.Coordinatewise;

namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>Where the sums that make the gradient of phi are: matrices of whole blocks of rows.</summary>
internal sealed class GradientSums
{
    private readonly List<int> _ofPhi = [];

    internal GradientSums(CoordinatewiseNetwork network)
    {
        var next = 0;
        if (network.ProjectionSize > 0)
        {
            var width = network.FeatureCount + 1;
            Add(network.ProjectionSize, width, 0, network.FeatureCount);
            Add(network.ProjectionSize, width, network.FeatureCount, 1);
            next = Tile.Padded(network.ProjectionSize) * width;
        }

        Layers = new int[network.Hidden.Count];
        foreach (var (layer, sizes) in LayerSizes.Of(network).Index())
        {
            var width = sizes.Inputs + 1 + sizes.Hidden;
            Layers[layer] = next;
            Add(sizes.Gates, width, next, sizes.Inputs);
            Add(sizes.Gates, width, next + sizes.Inputs + 1, sizes.Hidden);
            Add(sizes.Gates, width, next + sizes.Inputs, 1);
            next += sizes.Gates * width;
        }

        Head = next;
        HeadRows = Tile.Padded(network.Hidden[^1] + 1);
        Add(network.Hidden[^1] + 1, 1, Head, 1);
        Count = Head + HeadRows;
    }

    /// <summary>Each layer's matrix: gates over inputs, bias and hidden values. The projection's is at 0.</summary>
    internal int[] Layers { get; }

    /// <summary>The head's column: weights, then the bias.</summary>
    internal int Head { get; }

    /// <summary>Rows of that column, with those that pad it.</summary>
    internal int HeadRows { get; }

    /// <summary>Sums in all.</summary>
    internal int Count { get; }

    /// <summary>For each entry of phi its sum.</summary>
    internal ReadOnlySpan<int> OfPhi => CollectionsMarshal.AsSpan(_ofPhi);

    private void Add(int rows, int width, int start, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            _ofPhi.AddRange(Enumerable.Range(start + (row * width), columns));
        }
    }
}
