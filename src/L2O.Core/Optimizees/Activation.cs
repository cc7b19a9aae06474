using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>What stands between affine layers.</summary>
public enum Activation
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>x above 0, exp(x) - 1 below.</summary>
    Elu,

    /// <summary>x times the normal distribution function at x.</summary>
    Gelu,
}

/// <summary>The functions behind the names.</summary>
internal static class Activations
{
    internal static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Sigmoid => x.sigmoid(),
        Activation.Relu => x.relu(),
        Activation.Tanh => x.tanh(),
        Activation.Elu => nn.functional.elu(x, 1.0),
        _ => nn.functional.gelu(x),
    };
}
