using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>A family of losses given by a formula, with constants drawn anew for every instance.</summary>
/// <param name="Layout">The parameters theta.</param>
/// <param name="InitialTheta">Where training starts: [N], float64 on the CPU.</param>
/// <param name="Constants">What one instance draws: float64 on the CPU.</param>
/// <param name="Loss">The scalar loss at theta [N], given the constants.</param>
public sealed record AnalyticProblem(
    ParameterLayout Layout,
    Func<RandomStreams, Tensor> InitialTheta,
    Func<RandomStreams, Tensor[]> Constants,
    Func<Tensor, Tensor[], Tensor> Loss)
{
    private const double Smallest = 1e-6;

    /// <summary>The constants of one minibatch, new ones in the caller's scope; all of them by default.</summary>
    public Func<Tensor[], RandomStreams, Tensor[]> Minibatch { get; init; } = (constants, _) => constants;

    /// <summary>The logarithm of this loss F, log(F + 1e-6) - log(1e-6); not a number where F is below -1e-6.</summary>
    public AnalyticProblem Logarithm() => this with
    {
        Loss = (theta, constants) => (Loss(theta, constants) + Smallest).log() - Math.Log(Smallest),
    };
}
