using L2O.Options;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>Options of the residual network.</summary>
public sealed record ResidualNetOptions : NetworkOptions
{
    /// <summary>Channels of each stage; every stage after the first halves the height and the width.</summary>
    public int[] Channels { get; init; } = [16, 32, 64];

    /// <summary>Residual blocks in each stage.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>Adds a scale and a shift for each normalized channel to the parameters.</summary>
    public bool AffineBatchNorm { get; init; }

    /// <summary>How weights are drawn; biases start at 0.</summary>
    public Initialisation Initialisation { get; init; } = Initialisation.He;

    /// <summary>Standard deviation of the weights if they are normal.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.NotNegative("initial_scale", InitialScale), .. Require.NotEmpty("channels", Channels), .. Require.Sizes("channels", Channels),
        .. Require.AtLeast("blocks", Blocks, 1),
    ];
}

/// <summary>
/// The residual network for small images of He et al. (2016): a convolution, stages of blocks of two convolutions beside
/// a shortcut, the mean over positions and an affine layer.
/// </summary>
public static class ResidualNet
{
    /// <summary>The network for images of a shape.</summary>
    /// <param name="options">Must be valid.</param>
    /// <param name="inputShape">Channels, height and width.</param>
    /// <param name="classCount">Outputs.</param>
    public static INetwork Create(ResidualNetOptions options, long[] inputShape, int classCount)
    {
        var initialiser = new Initialiser(options.Initialisation, options.InitialScale, BiasScale: 0);
        var network = Convolution(new(initialiser, inputShape), options, "conv", options.Channels[0])
            .Activate(Activation.Relu);
        for (var stage = 0; stage < options.Channels.Length; stage++)
        {
            for (var block = 0; block < options.Blocks; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                network = Block(network, options, $"block_{stage + 1}_{block + 1}", options.Channels[stage], stride);
            }
        }

        return network.AveragePositions().Affine("linear", classCount).Build();
    }

    // The shortcut is a convolution where the shape changes, and nothing elsewhere.
    private static Architecture Block(
        Architecture input, ResidualNetOptions options, string name, int channels, int stride)
    {
        Architecture Body(Architecture x) => Convolution(
            Convolution(x, options, $"{name}/conv_1", channels, stride).Activate(Activation.Relu),
            options, $"{name}/conv_2", channels);
        var body = input.Branch(Body);
        var shortcut = input.Branch(x => x.If(
            stride > 1 || x.Shape[0] != channels,
            y => Convolution(y, options, $"{name}/shortcut", channels, stride, kernel: 1)));
        var sum = new Layer([.. body.Parameters, .. shortcut.Parameters], (x, pass) =>
        {
            using var scope = NewDisposeScope();
            return (body.Forward(x, pass) + shortcut.Forward(x, pass)).MoveToOuterDisposeScope();
        });
        return input.Then(sum, Body(input).Shape).Activate(Activation.Relu);
    }

    private static Architecture Convolution(
        Architecture network, ResidualNetOptions options, string name, int channels, int stride = 1, int kernel = 3) =>
        network.Convolution(name, channels, kernel, stride, ConvolutionPadding.Same)
            .Normalize(name, options.AffineBatchNorm, options.AffineBatchNorm);
}
