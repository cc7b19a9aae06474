using L2O.Options;
using L2O.Tensors;

namespace L2O.Optimizees.Networks;

/// <summary>Options of LeNet.</summary>
public sealed record LeNetOptions : NetworkOptions
{
    /// <summary>The activation after each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Sigmoid;

    /// <summary>How weights are drawn; biases are drawn alike if weights are normal, and else start at 0.</summary>
    public Initialisation Initialisation { get; init; } = Initialisation.Normal;

    /// <summary>Standard deviation of the initial weights and biases if they are normal.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.NotNegative("initial_scale", InitialScale)];
}

/// <summary>
/// LeNet-5 (LeCun et al., 1998) with batch normalization: two pooled convolutions and three affine layers, every hidden
/// one normalized and shifted.
/// </summary>
public static class LeNet
{
    /// <summary>The network for images of a shape.</summary>
    /// <param name="options">Must be valid.</param>
    /// <param name="inputShape">Channels, height and width.</param>
    /// <param name="classCount">Outputs.</param>
    /// <exception cref="Errors.ConfigException">The images are too small for the layers.</exception>
    public static INetwork Create(LeNetOptions options, long[] inputShape, int classCount)
    {
        var network = new Architecture(
            Initialiser.OfBiasesToo(options.Initialisation, options.InitialScale), inputShape);
        network = Hidden(network.Convolution("conv_1", channels: 6, kernel: 5, stride: 1, ConvolutionPadding.Valid), "conv_1");
        network = network.Pool("pool_1");
        network = Hidden(network.Convolution("conv_2", channels: 16, kernel: 5, stride: 1, ConvolutionPadding.Valid), "conv_2");
        network = network.Pool("pool_2").Flatten();
        network = Hidden(network.Affine("linear_1", features: 120), "linear_1");
        network = Hidden(network.Affine("linear_2", features: 84), "linear_2");
        return network.Affine("linear_3", classCount).Build();

        Architecture Hidden(Architecture affine, string name) =>
            affine.Normalize(name, scale: false, shift: true).Activate(options.Activation);
    }
}
