using L2O.Errors;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>A network under construction, from the input on; every method returns a longer one.</summary>
/// <param name="Initialiser">For the weights and biases of later layers.</param>
/// <param name="Shape">Of one example at this point: channels, height and width, or features.</param>
/// <param name="Layers">From the input to here.</param>
internal sealed record Architecture(Initialiser Initialiser, long[] Shape, IReadOnlyList<Layer> Layers)
{
    private const int VectorLength = 16;

    internal Architecture(Initialiser initialiser, long[] inputShape)
        : this(initialiser, inputShape, [])
    {
    }

    internal INetwork Build() => new LayeredNetwork(Layers);

    /// <summary>A convolution with square kernels and biases.</summary>
    /// <param name="name">Of its parameters.</param>
    /// <param name="channels">Channels of its output.</param>
    /// <param name="kernel">Height and width of a kernel; odd if the output has the size of the input.</param>
    /// <param name="stride">Positions from one output to the next.</param>
    /// <param name="padding">What happens at the edges.</param>
    internal Architecture Convolution(string name, long channels, long kernel, long stride, ConvolutionPadding padding)
    {
        var border = padding == ConvolutionPadding.Same ? kernel / 2 : 0;
        var layer = new Layer(
            [Weight(name, positions: kernel * kernel, channels, Shape[0], kernel, kernel), Bias(name, channels)],
            (x, pass) =>
            {
                using var scope = NewDisposeScope();
                var y = nn.functional.conv2d(
                    x,
                    pass.NextParameter(),
                    pass.NextParameter(),
                    strides: [stride, stride],
                    padding: [border, border]);
                return ChannelsLast(y).MoveToOuterDisposeScope();
            });
        return Then(layer, [channels, .. Windows(name, kernel, stride, border)]);
    }

    /// <summary>An affine map of vectors.</summary>
    internal Architecture Affine(string name, long features) => Then(
        new(
            [Weight(name, positions: 1, features, Shape[0]), Bias(name, features)],
            (x, pass) => nn.functional.linear(x, pass.NextParameter(), pass.NextParameter())),
        features);

    /// <summary>Normalizes each channel or feature, then scales and shifts it by parameters of its own if asked to.</summary>
    internal Architecture Normalize(string name, bool scale, bool shift)
    {
        long[] channels = [Shape[0], .. Shape[1..].Select(_ => 1L)];
        Parameter[] parameters =
        [
            .. scale ? [new Parameter(new($"{name}/scale", channels), Mean: 1, Deviation: 0)] : Array.Empty<Parameter>(),
            .. shift ? [new Parameter(new($"{name}/shift", channels), Mean: 0, Deviation: 0)] : Array.Empty<Parameter>(),
        ];
        return Then(
            new(parameters, (x, pass) =>
            {
                using var scope = NewDisposeScope();
                var y = pass.Normalize(x);
                y = scale ? y * pass.NextParameter() : y;
                y = shift ? y + pass.NextParameter() : y;
                return y.MoveToOuterDisposeScope();
            }),
            Shape);
    }

    internal Architecture Activate(Activation activation) => Then(Layer.Of(x => activation.Apply(x)), Shape);

    /// <summary>The largest of every 2 x 2 positions.</summary>
    internal Architecture Pool(string name) => Then(
        Layer.Of(x => nn.functional.max_pool2d(x, kernel_size: 2, stride: 2)),
        [Shape[0], .. Windows(name, kernel: 2, stride: 2, border: 0)]);

    /// <summary>The mean of each channel over all positions.</summary>
    internal Architecture AveragePositions() => Then(Layer.Of(x => x.mean([2L, 3])), Shape[0]);

    /// <summary>Images as vectors.</summary>
    internal Architecture Flatten() =>
        Then(Layer.Of(x => x.flatten(1)), Shape.Aggregate(1L, (product, size) => product * size));

    internal Architecture Softmax() => Then(Layer.Of(x => x.softmax(1)), Shape);

    /// <summary>Appends any layer that the other methods do not offer.</summary>
    internal Architecture Then(Layer layer, params long[] shape) => this with { Shape = shape, Layers = [.. Layers, layer] };

    /// <summary>Appends further layers if a condition holds.</summary>
    internal Architecture If(bool condition, Func<Architecture, Architecture> pieces) => condition ? pieces(this) : this;

    /// <summary>The layers added by a function, as one layer.</summary>
    internal Layer Branch(Func<Architecture, Architecture> pieces) =>
        Layer.Sequence(pieces(this with { Layers = [] }).Layers);

    // The same tensor with the channels of a position side by side in memory, an order that later layers keep: on the CPU
    // libtorch normalizes twice and pools ten times as fast there, if channels fill whole vector registers, and else slower.
    private static Tensor ChannelsLast(Tensor x) =>
        x.device_type == TorchSharp.DeviceType.CPU && x.shape[1] % VectorLength == 0
            ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
            : x;

    private Parameter Weight(string name, long positions, params long[] shape) => new(
        new($"{name}/weight", shape),
        Mean: 0,
        Initialiser.WeightScale(inputs: shape[1] * positions, outputs: shape[0] * positions));

    private Parameter Bias(string name, long count) => new(new($"{name}/bias", count), Mean: 0, Initialiser.BiasScale);

    private IEnumerable<long> Windows(string name, long kernel, long stride, long border) =>
        Shape[1..].Select(size => size + (2 * border) >= kernel
            ? ((size + (2 * border) - kernel) / stride) + 1
            : throw new ConfigException(
                $"{name}: a {kernel} x {kernel} window does not fit {Shape[1]} x {Shape[2]} positions; "
                + "choose smaller kernels or strides, fewer layers or larger images"));
}

/// <summary>What a convolution does at the edges of an image.</summary>
public enum ConvolutionPadding
{
    /// <summary>No padding: kernels stay within the image.</summary>
    Valid,

    /// <summary>Zeros around the image, so that only the stride makes the output smaller.</summary>
    Same,
}
