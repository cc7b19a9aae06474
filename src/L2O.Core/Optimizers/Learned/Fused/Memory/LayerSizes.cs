using L2O.Optimizers.Learned.Coordinatewise;

namespace L2O.Optimizers.Learned.Fused.Memory;

/// <summary>The sizes of one LSTM layer's matrices.</summary>
internal readonly struct LayerSizes
{
    private LayerSizes(CoordinatewiseNetwork network, int layer)
    {
        Inputs = layer > 0 ? network.Hidden[layer - 1]
            : network.ProjectionSize > 0 ? network.ProjectionSize
            : network.FeatureCount;
        Hidden = network.Hidden[layer];
        InputGradients = layer > 0 || network.ProjectionSize > 0 ? Inputs : 0;
    }

    /// <summary>Those of each layer.</summary>
    internal static LayerSizes[] Of(CoordinatewiseNetwork network) =>
        [.. Enumerable.Range(0, network.Hidden.Count).Select(layer => new LayerSizes(network, layer))];

    /// <summary>Values from below.</summary>
    internal int Inputs { get; }

    /// <summary>The layer's own values.</summary>
    internal int Hidden { get; }

    /// <summary>Pre-activations: of the input, forget, candidate and output gate of each unit.</summary>
    internal int Gates => 4 * Hidden;

    /// <summary>Inputs whose gradients something below wants: all, or none where features are the inputs.</summary>
    internal int InputGradients { get; }

    /// <summary>Rows of the product that takes gradients back.</summary>
    internal int BackwardRows => Tile.Padded(InputGradients + Hidden);

    /// <summary>Numbers in the weights, the bias, and the weights for the way back.</summary>
    internal long Count => Gates * ((long)Inputs + Hidden + 1 + BackwardRows);
}
