namespace L2O.Optimizees.Networks.Fused;

/// <summary>Where a perceptron's layers are in theta, and what they take in memory.</summary>
/// <param name="sizes">Inputs, hidden units and outputs.</param>
internal sealed class PerceptronSizes(IReadOnlyList<long> sizes)
{
    private readonly long[] _weightsAt =
        [.. Enumerable.Range(0, sizes.Count).Select(layer => Enumerable.Range(1, layer).Sum(l => (sizes[l - 1] + 1) * sizes[l]))];

    /// <summary>Rows that products work on at once: tables of rows have a multiple of them.</summary>
    internal const int Block = 4;

    /// <summary>Numbers to which rows are rounded up: a vector of the widest registers.</summary>
    private const int Lanes = 16;

    /// <summary>Affine maps.</summary>
    internal int LayerCount => sizes.Count - 1;

    /// <summary>Inputs at 0, then each layer's units.</summary>
    internal int Units(int layer) => (int)sizes[layer];

    /// <summary>Numbers in a row of them.</summary>
    internal int Width(int layer) => Padded(Units(layer), Lanes);

    /// <summary>Where the weights [units, inputs] of a layer, from 1, begin in theta; its biases follow.</summary>
    internal long WeightsAt(int layer) => _weightsAt[layer - 1];

    /// <summary>Where its biases begin.</summary>
    internal long BiasesAt(int layer) => WeightsAt(layer) + (sizes[layer - 1] * sizes[layer]);

    /// <summary>All parameters.</summary>
    internal long Count => _weightsAt[^1];

    /// <summary>Whether rows of a layer's values are as long as its units are many.</summary>
    internal bool IsWhole(int layer) => Width(layer) == Units(layer);

    /// <summary>Multiplications of a gradient on one example.</summary>
    internal double Multiplications { get; } =
        3.0 * Enumerable.Range(1, sizes.Count - 1).Sum(layer => (double)sizes[layer - 1] * sizes[layer]);

    /// <summary>Rounded up to a multiple.</summary>
    internal static int Padded(int count, int multiple) => (count + multiple - 1) / multiple * multiple;
}
