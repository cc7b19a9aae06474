using L2O.Options;
using L2O.Tensors;

namespace L2O.Optimizees.Networks;

/// <summary>Options of VGG-16; the reference implementation has normal weights, no batch_norm and softmax_logits.</summary>
public sealed record Vgg16Options : NetworkOptions
{
    /// <summary>Normalizes the output of each convolution; otherwise the signal vanishes or training is fragile.</summary>
    public bool BatchNorm { get; init; } = true;

    /// <summary>Adds a scale and a shift for each normalized channel to the parameters.</summary>
    public bool AffineBatchNorm { get; init; }

    /// <summary>Outputs probabilities instead of class scores, as the reference implementation does.</summary>
    public bool SoftmaxLogits { get; init; }

    /// <summary>How weights are drawn; biases start at 0.</summary>
    public Initialisation Initialisation { get; init; } = Initialisation.He;

    /// <summary>Standard deviation of the weights if they are normal.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.NotNegative("initial_scale", InitialScale)];
}

/// <summary>VGG-16 for small images (Simonyan and Zisserman, 2015): 13 convolutions and one affine layer.</summary>
public static class Vgg16
{
    private static readonly int[][] _channels =
        [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

    /// <summary>The network for images of a shape.</summary>
    /// <param name="options">Must be valid.</param>
    /// <param name="inputShape">Channels, height and width; at least 32 x 32.</param>
    /// <param name="classCount">Outputs.</param>
    /// <exception cref="Errors.ConfigException">The images are too small for five poolings.</exception>
    public static INetwork Create(Vgg16Options options, long[] inputShape, int classCount)
    {
        var network = new Architecture(new(options.Initialisation, options.InitialScale, BiasScale: 0), inputShape);
        for (var stage = 0; stage < _channels.Length; stage++)
        {
            for (var i = 0; i < _channels[stage].Length; i++)
            {
                var name = $"conv_{stage + 1}_{i + 1}";
                network = network.Convolution(name, _channels[stage][i], kernel: 3, stride: 1, ConvolutionPadding.Same)
                    .If(options.BatchNorm, x => x.Normalize(name, options.AffineBatchNorm, options.AffineBatchNorm))
                    .Activate(Activation.Relu);
            }

            network = network.Pool($"pool_{stage + 1}");
        }

        return network.Flatten().Affine("linear", classCount).If(options.SoftmaxLogits, x => x.Softmax()).Build();
    }
}
