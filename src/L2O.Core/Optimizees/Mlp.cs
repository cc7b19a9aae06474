using L2O.Data;
using L2O.Options;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>Options of the multi-layer perceptron.</summary>
public sealed record MlpOptions : NetworkOptions
{
    /// <summary>Units of each hidden layer.</summary>
    public int[] Hidden { get; init; } = [20];

    /// <summary>What follows each hidden layer.</summary>
    public Activation Activation { get; init; } = Activation.Sigmoid;

    /// <summary>Standard deviation of the initial weights and biases.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.Sizes("hidden", Hidden),
        .. Require.NotNegative("initial_scale", InitialScale),
    ];
}

/// <summary>Affine layers with an activation between them; images are flattened to vectors.</summary>
public sealed class Mlp : INetwork
{
    private readonly Activation _activation;
    private readonly double _initialScale;

    /// <summary>A perceptron over vectors.</summary>
    /// <param name="sizes">Inputs, hidden units and outputs.</param>
    /// <param name="activation">What follows each hidden layer.</param>
    /// <param name="initialScale">Standard deviation of the initial weights and biases.</param>
    public Mlp(IReadOnlyList<long> sizes, Activation activation, double initialScale)
    {
        _activation = activation;
        _initialScale = initialScale;
        Layout = new(Enumerable.Range(1, sizes.Count - 1).SelectMany(i => new ParameterShape[]
        {
            new($"linear_{i}/weight", sizes[i], sizes[i - 1]), new($"linear_{i}/bias", sizes[i]),
        }));
    }

    /// <summary>A perceptron for a data set's images.</summary>
    public Mlp(MlpOptions options, Dataset data)
        : this(
            [data.InputShape.Aggregate(1L, (product, size) => product * size), .. options.Hidden, data.ClassCount],
            options.Activation,
            options.InitialScale)
    {
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public Tensor InitialTheta(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("normal");
        return (randn(Layout.Count, dtype: float64, generator: generator) * _initialScale).MoveToOuterDisposeScope();
    }

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
}
