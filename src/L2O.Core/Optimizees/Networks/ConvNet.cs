using L2O.Options;
using L2O.Tensors;

namespace L2O.Optimizees.Networks;

/// <summary>Options of the convolutional network.</summary>
public sealed record ConvNetOptions : NetworkOptions
{
    /// <summary>Height and width of each layer's kernels.</summary>
    public int[] Kernels { get; init; } = [3, 5];

    /// <summary>Channels of each layer's output.</summary>
    public int[] Channels { get; init; } = [16, 32];

    /// <summary>Stride of each layer; empty for 1 on images of up to 28 pixels and 2 on larger ones.</summary>
    public int[] Strides { get; init; } = [];

    /// <summary>What convolutions do at the edges.</summary>
    public ConvolutionPadding Padding { get; init; } = ConvolutionPadding.Valid;

    /// <summary>Normalizes the output of each convolution.</summary>
    public bool BatchNorm { get; init; } = true;

    /// <summary>Adds a scale and a shift for each normalized channel to the parameters.</summary>
    public bool AffineBatchNorm { get; init; }

    /// <summary>The activation after each convolution.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Ends each layer with the largest of every 2 x 2 positions.</summary>
    public bool Pooling { get; init; } = true;

    /// <summary>Replaces negative class scores by 0, as the reference implementation does.</summary>
    public bool ReluLogits { get; init; }

    /// <summary>How weights are drawn; biases start at 0.</summary>
    public Initialisation Initialisation { get; init; } = Initialisation.Normal;

    /// <summary>Standard deviation of the weights if they are normal.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.Sizes("kernels", Kernels), .. Require.Sizes("channels", Channels),
        .. Require.Sizes("strides", Strides), .. Require.NotNegative("initial_scale", InitialScale),
        .. SameCount("kernels", Kernels), .. Strides.Length > 0 ? SameCount("strides", Strides) : [],
        .. Require.Each("kernels", Kernels, (key, kernel) => Require.That(
            Padding != ConvolutionPadding.Same || kernel % 2 != 0, key, $"is {kernel}; choose an odd size where padding is same")),
    ];

    private IEnumerable<OptionProblem> SameCount(string key, int[] values) => Require.That(
        values.Length == Channels.Length,
        key,
        $"has {values.Length} entries; choose as many as channels has ({Channels.Length})");
}

/// <summary>Convolutions, each normalized, activated and pooled, and an affine layer.</summary>
public static class ConvNet
{
    private const long SmallImage = 28;

    /// <summary>The network for images of a shape.</summary>
    /// <param name="options">Must be valid.</param>
    /// <param name="inputShape">Channels, height and width.</param>
    /// <param name="classCount">Outputs.</param>
    /// <exception cref="Errors.ConfigException">The images are too small for the layers.</exception>
    public static INetwork Create(ConvNetOptions options, long[] inputShape, int classCount)
    {
        var network = new Architecture(new(options.Initialisation, options.InitialScale, BiasScale: 0), inputShape);
        for (var i = 0; i < options.Channels.Length; i++)
        {
            var (name, kernel, stride) = ($"conv_{i + 1}", options.Kernels[i], Stride(options, inputShape, i));
            network = network
                .Convolution(name, options.Channels[i], kernel, stride, options.Padding)
                .If(options.BatchNorm, x => x.Normalize(name, options.AffineBatchNorm, options.AffineBatchNorm))
                .Activate(options.Activation)
                .If(options.Pooling, x => x.Pool($"{name}, pooling"));
        }

        return network.Flatten().Affine("linear", classCount)
            .If(options.ReluLogits, x => x.Activate(Activation.Relu))
            .Build();
    }

    private static int Stride(ConvNetOptions options, long[] inputShape, int layer) =>
        options.Strides.Length > 0 ? options.Strides[layer] : inputShape[1] > SmallImage ? 2 : 1;
}
