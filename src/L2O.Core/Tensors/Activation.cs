using static TorchSharp.torch;

namespace L2O.Tensors;

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

    /// <summary>x / (1 + exp(-x)), also called swish.</summary>
    Silu,

    /// <summary>x above 0, 0.01 x below.</summary>
    LeakyRelu,

    /// <summary>log(1 + exp(x)).</summary>
    Softplus,
}

/// <summary>The functions and their derivatives.</summary>
internal static class Activations
{
    internal const double LeakySlope = 0.01;

    // Where exp(-x) is lost beside x in float64; exp(x) is far from leaving float32's range.
    private const int SoftplusIsLinearFrom = 40;

    internal static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Sigmoid => x.sigmoid(),
        Activation.Relu => x.relu(),
        Activation.Tanh => x.tanh(),
        Activation.Elu => nn.functional.elu(x, 1.0),
        Activation.Gelu => nn.functional.gelu(x),
        Activation.Silu => nn.functional.silu(x),
        Activation.LeakyRelu => nn.functional.leaky_relu(x, LeakySlope),
        _ => nn.functional.softplus(x, beta: 1, threshold: SoftplusIsLinearFrom),
    };

    /// <summary>Multiplies a cotangent in place by the derivative at x.</summary>
    /// <param name="activation">Whose derivative.</param>
    /// <param name="cotangent">Of the output; becomes that of x.</param>
    /// <param name="x">What the activation was applied to.</param>
    /// <param name="output">What it returned, which most derivatives are computed from.</param>
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
            case Activation.Gelu:
                cotangent.mul_(GeluDerivative(x));
                break;
            case Activation.Silu:
                cotangent.mul_(SiluDerivative(x, output));
                break;
            case Activation.LeakyRelu:
                cotangent.mul_(output.gt(0).to(output.dtype).clamp_min_(LeakySlope));
                break;
            default:
                cotangent.mul_(x.sigmoid());
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

    // s + x s (1 - s), where s is the sigmoid and x s the output.
    private static Tensor SiluDerivative(Tensor x, Tensor output)
    {
        var sigmoid = x.sigmoid();
        return sigmoid.addcmul(output, 1 - sigmoid, 1);
    }
}
