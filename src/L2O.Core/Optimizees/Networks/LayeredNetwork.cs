using L2O.Data;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>A network made of layers.</summary>
internal sealed class LayeredNetwork : IDifferentiatedNetwork
{
    private readonly Layer _layers;

    internal LayeredNetwork(IReadOnlyList<Layer> layers)
    {
        _layers = Layer.Sequence(layers);
        Layout = new(_layers.Parameters.Select(parameter => parameter.Shape));
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public Tensor InitialTheta(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("normal");
        return cat([.. _layers.Parameters.Select(First)]).MoveToOuterDisposeScope();

        Tensor First(Parameter parameter)
        {
            using var inner = NewDisposeScope();
            var drawn = randn(parameter.Shape.Count, dtype: float64, generator: generator);
            return drawn.mul_(parameter.Deviation).add_(parameter.Mean).MoveToOuterDisposeScope();
        }
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor theta, Tensor inputs) => Run(theta, inputs, BatchNormalization.ByBatch);

    /// <inheritdoc/>
    public (Tensor Loss, Tensor Gradient) CrossEntropyWithGradient(Tensor theta, Minibatch minibatch)
    {
        using var scope = NewDisposeScope();
        var at = theta.detach().requires_grad_();
        var logits = Run(at, minibatch.Inputs, BatchNormalization.ByKernel);
        var loss = nn.functional.cross_entropy(logits, minibatch.Labels);
        var gradient = Gradients.Of(loss, at);
        return (loss.detach().MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Func<Tensor, Tensor> LogitsGiven(Tensor theta, Tensor reference)
    {
        var statistics = BatchNormalization.ByReference(normalize =>
        {
            using var logits = Run(theta, reference, normalize);
        });
        return inputs => Run(theta, inputs, statistics());
    }

    private Tensor Run(Tensor theta, Tensor inputs, Func<Tensor, Tensor> normalize)
    {
        using var scope = NewDisposeScope();
        return _layers.Forward(inputs, new(Layout.Split(theta), normalize)).MoveToOuterDisposeScope();
    }
}
