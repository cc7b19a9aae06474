using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>The nonlinearity between affine layers.</summary>
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

/// <summary>The functions and their derivatives.</summary>
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

    /// <summary>Multiplies a cotangent in place by the derivative at x.</summary>
    /// <param name="activation">Whose derivative.</param>
    /// <param name="cotangent">Of the output; becomes that of x.</param>
    /// <param name="x">What the activation was applied to.</param>
    /// <param name="output">What it returned, which all but one derivative are computed from.</param>
    internal static void MultiplyByDerivative(this Activation activation, Tensor cotangent, Tensor x, Tensor output)
    {
        using var scope = NewDisposeScope();
        switch (activation)
        {
            case Activation.Sigmoid:
                cotangent.mul_(output).addcmul_(cotangent, output, -1);
                break;
            case Activation.Relu:
                cotangent.mul_(output.sign());
                break;
            case Activation.Tanh:
                cotangent.addcmul_(cotangent, output.square(), -1);
                break;
            case Activation.Elu:
                cotangent.mul_((output + 1).clamp_max_(1));
                break;
            default:
                cotangent.mul_(GeluDerivative(x));
                break;
        }
    }

    // The normal distribution function plus x times its density.
    private static Tensor GeluDerivative(Tensor x)
    {
        var distribution = (x * Math.Sqrt(0.5)).erf_().add_(1).mul_(0.5);
        var density = x.square().mul_(-0.5).exp_().mul_(1 / Math.Sqrt(2 * Math.PI));
        return distribution.addcmul_(x, density, 1);
    }
}
