using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>One tensor of parameters, with the mean and the standard deviation of its initial values.</summary>
internal sealed record Parameter(ParameterShape Shape, double Mean, double Deviation);

/// <summary>A piece of a network.</summary>
/// <param name="Parameters">Its parameters, in order.</param>
/// <param name="Forward">Its output, a new tensor in the caller's scope.</param>
internal sealed record Layer(IReadOnlyList<Parameter> Parameters, Func<Tensor, Pass, Tensor> Forward)
{
    /// <summary>A layer without parameters.</summary>
    internal static Layer Of(Func<Tensor, Tensor> function) => new([], (x, _) => function(x));

    /// <summary>Layers in sequence; each output is freed once the next has been computed.</summary>
    internal static Layer Sequence(IReadOnlyList<Layer> layers) => new(
        [.. layers.SelectMany(layer => layer.Parameters)],
        (x, pass) =>
        {
            using var scope = NewDisposeScope();
            var y = x.alias();
            foreach (var layer in layers)
            {
                var next = layer.Forward(y, pass);
                y.Dispose();
                y = next;
            }

            return y.MoveToOuterDisposeScope();
        });
}

/// <summary>One evaluation of a network: hands out its parameters in the order of its layers.</summary>
/// <param name="parameters">In the order of the layout.</param>
/// <param name="normalize">Normalizes activations over examples and positions, channel by channel.</param>
internal sealed class Pass(Tensor[] parameters, Func<Tensor, Tensor> normalize)
{
    private int _next;

    internal Tensor NextParameter() => parameters[_next++];

    internal Tensor Normalize(Tensor x) => normalize(x);
}
