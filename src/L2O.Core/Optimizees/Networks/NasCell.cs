using L2O.Options;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>Options of the network with one searched cell.</summary>
public sealed record NasCellOptions : NetworkOptions
{
    /// <summary>Channels throughout.</summary>
    public int Channels { get; init; } = 16;

    /// <summary>Adds a scale and a shift for each normalized channel to the parameters.</summary>
    public bool AffineBatchNorm { get; init; }

    /// <summary>Replaces negative class scores by 0, as the reference implementation does.</summary>
    public bool ReluLogits { get; init; }

    /// <summary>How weights are drawn; biases start at 0.</summary>
    public Initialisation Initialisation { get; init; } = Initialisation.Normal;

    /// <summary>Standard deviation of the weights if they are normal.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.AtLeast("channels", Channels, 1),
        .. Require.NotNegative("initial_scale", InitialScale),
    ];
}

/// <summary>
/// A convolution, one cell of four nodes as in NAS-Bench-201 (Dong and Yang, 2020), the mean over positions and an affine
/// layer.
/// </summary>
public static class NasCell
{
    /// <summary>The network for images of a shape.</summary>
    /// <param name="options">Must be valid.</param>
    /// <param name="inputShape">Channels, height and width.</param>
    /// <param name="classCount">Outputs.</param>
    public static INetwork Create(NasCellOptions options, long[] inputShape, int classCount)
    {
        var initialiser = new Initialiser(options.Initialisation, options.InitialScale, BiasScale: 0);
        var stem = Convolution(new Architecture(initialiser, inputShape), "node_0", options);
        return stem.Then(Cell(stem, options), stem.Shape)
            .AveragePositions()
            .Affine("linear", classCount)
            .If(options.ReluLogits, x => x.Activate(Activation.Relu))
            .Build();
    }

    // Node 1 is a convolution of node 0; node 2 adds the mean around each position of node 1 to another convolution of
    // node 0; node 3 adds node 2, a convolution of node 1 and node 0 itself.
    private static Layer Cell(Architecture node0, NasCellOptions options)
    {
        Layer Edge(string name) => node0.Branch(x => Convolution(x, name, options));
        var (to1, to2, to3) = (Edge("edge_0_1"), Edge("edge_0_2"), Edge("edge_1_3"));
        return new([.. to1.Parameters, .. to2.Parameters, .. to3.Parameters], (x, pass) =>
        {
            using var scope = NewDisposeScope();
            var node1 = to1.Forward(x, pass);
            var mean = nn.functional.avg_pool2d(node1, kernel_size: 3, stride: 1, padding: 1, count_include_pad: false);
            var node2 = mean + to2.Forward(x, pass);
            return (node2 + to3.Forward(node1, pass) + x).MoveToOuterDisposeScope();
        });
    }

    private static Architecture Convolution(Architecture network, string name, NasCellOptions options) => network
        .Convolution(name, options.Channels, kernel: 3, stride: 1, ConvolutionPadding.Same)
        .Normalize(name, options.AffineBatchNorm, options.AffineBatchNorm)
        .Activate(Activation.Relu);
}
