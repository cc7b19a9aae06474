using L2O.Data;
using L2O.Errors;
using L2O.Kernels;
using L2O.Optimizees.Networks.Fused;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>Options of the multi-layer perceptron.</summary>
public sealed record MlpOptions : NetworkOptions
{
    /// <summary>Units of each hidden layer.</summary>
    public int[] Hidden { get; init; } = [20];

    /// <summary>The activation after each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Sigmoid;

    /// <summary>How weights are drawn; biases are drawn alike if weights are normal, and else start at 0.</summary>
    public Initialisation Initialisation { get; init; } = Initialisation.Normal;

    /// <summary>Standard deviation of the initial weights and biases if they are normal.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <summary>What computes losses, gradients and products with the Hessian; what has a graph is libtorch's.</summary>
    public Backend Backend { get; init; } = Backend.Auto;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.Sizes("hidden", Hidden),
        .. Require.NotNegative("initial_scale", InitialScale),
    ];
}

/// <summary>Affine layers with an activation between them; images are flattened to vectors.</summary>
public sealed class Mlp : IDifferentiatedNetwork, IInPlaceNetwork
{
    private readonly Activation _activation;
    private readonly Initialiser _initialiser;
    private readonly FusedPerceptron _kernel;
    private readonly Backend _backend;

    /// <summary>A perceptron over vectors.</summary>
    /// <param name="sizes">Inputs, hidden units and outputs.</param>
    /// <param name="activation">After each hidden layer.</param>
    /// <param name="initialScale">Standard deviation of the initial weights and biases.</param>
    public Mlp(IReadOnlyList<long> sizes, Activation activation, double initialScale)
        : this(sizes, activation, Initialiser.OfBiasesToo(Initialisation.Normal, initialScale), Backend.Auto)
    {
    }

    /// <summary>A perceptron for a data set's images.</summary>
    public Mlp(MlpOptions options, Dataset data)
        : this(
            [data.InputShape.Aggregate(1L, (product, size) => product * size), .. options.Hidden, data.ClassCount],
            options.Activation,
            Initialiser.OfBiasesToo(options.Initialisation, options.InitialScale),
            options.Backend)
    {
    }

    private Mlp(IReadOnlyList<long> sizes, Activation activation, Initialiser initialiser, Backend backend)
    {
        (_activation, _initialiser, _backend) = (activation, initialiser, backend);
        _kernel = new(sizes, activation);
        Layout = new(Enumerable.Range(1, sizes.Count - 1).SelectMany(i => new ParameterShape[]
        {
            new($"linear_{i}/weight", sizes[i], sizes[i - 1]), new($"linear_{i}/bias", sizes[i]),
        }));
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public Tensor InitialTheta(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("normal");
        return (randn(Layout.Count, dtype: float64, generator: generator) * Scales()).MoveToOuterDisposeScope();
    }

    // [N]: one standard deviation for the weights of each layer, and one for its biases.
    private Tensor Scales() => cat([.. Layout.Shapes.Select(shape => full(shape.Count, Scale(shape), dtype: float64))]);

    private double Scale(ParameterShape shape) => shape.Shape is [var outputs, var inputs]
        ? _initialiser.WeightScale(inputs, outputs)
        : _initialiser.BiasScale;

    /// <inheritdoc/>
    public Tensor Logits(Tensor theta, Tensor inputs)
    {
        using var scope = NewDisposeScope();
        var parts = Layout.Split(theta);
        var x = inputs.flatten(1);
        for (var i = 0; i < parts.Length; i += 2)
        {
            x = nn.functional.linear(i == 0 ? x : _activation.Apply(x), parts[i], parts[i + 1]);
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    FusedPerceptron? IInPlaceNetwork.KernelFor(Examples examples)
    {
        var isPossible = FusedPerceptron.CanRead(examples.Inputs);
        if (_backend == Backend.Fused && !isPossible)
        {
            throw new ConfigException("an optimizee's backend is fused, which runs on the CPU, for data of up to 2 GB; choose auto or torch");
        }

        return _backend == Backend.Fused || (_backend == Backend.Auto && isPossible && examples.Inputs.dtype == ScalarType.Float32)
            ? _kernel
            : null;
    }

    /// <inheritdoc/>
    public (Tensor Loss, Tensor Gradient) CrossEntropyWithGradient(Tensor theta, Minibatch minibatch)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var gradient = empty_like(theta);
        var (parts, partGradients) = (Layout.Split(theta), Layout.Split(gradient));
        var (affine, activated) = ForwardByColumns(parts, minibatch.Inputs.flatten(1).t());
        var (loss, cotangent) = CrossEntropyWithCotangent(affine[^1], minibatch.Labels);
        for (var layer = affine.Length - 1; layer >= 0; layer--)
        {
            partGradients[2 * layer].addmm_(cotangent, activated[layer].t(), beta: 0, alpha: 1);
            partGradients[(2 * layer) + 1].copy_(cotangent.sum(dim: 1));
            if (layer > 0)
            {
                cotangent = parts[2 * layer].t().mm(cotangent);
                _activation.MultiplyByDerivative(cotangent, affine[layer - 1], activated[layer]);
            }
        }

        return (loss.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }

    // The outputs and the inputs of the affine maps. Examples are columns, because with few units multiplying the
    // weight matrix by the examples is faster than the examples by its transpose.
    private (Tensor[] Affine, Tensor[] Activated) ForwardByColumns(Tensor[] parts, Tensor inputs)
    {
        var affine = new Tensor[parts.Length / 2];
        var activated = new Tensor[affine.Length];
        for (var layer = 0; layer < affine.Length; layer++)
        {
            activated[layer] = layer == 0 ? inputs : _activation.Apply(affine[layer - 1]);
            var bias = parts[(2 * layer) + 1].unsqueeze(1);
            affine[layer] = bias.addmm(parts[2 * layer], activated[layer], beta: 1, alpha: 1);
        }

        return (affine, activated);
    }

    // The derivative with respect to the logits: softmax minus one-hot label, divided by the number of examples.
    private static (Tensor Loss, Tensor Cotangent) CrossEntropyWithCotangent(Tensor logits, Tensor labels)
    {
        var logProbabilities = logits.log_softmax(0);
        var index = labels.unsqueeze(0);
        var ofLabels = logProbabilities.gather(0, index);
        var cotangent = logProbabilities.exp_();
        cotangent.scatter_add_(0, index, full_like(ofLabels, -1)).div_(labels.shape[0]);
        return (ofLabels.mean().neg_(), cotangent);
    }
}
