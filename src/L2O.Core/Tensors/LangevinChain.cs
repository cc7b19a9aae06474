using L2O.Randomness;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>
/// A walk around theta by stochastic gradient Langevin dynamics, held there by a spring of strength gamma (arXiv
/// 1611.01838, algorithm 1). Its mean estimates the mean of the density exp(-f(x) - gamma/2 |x - theta|^2), and gamma
/// (theta - mean) the gradient of the negative local entropy at theta.
/// </summary>
/// <param name="Steps">Gradients taken.</param>
/// <param name="StepSize">Stable below 2 / (largest curvature + gamma).</param>
/// <param name="Noise">sqrt(2) samples the density; far less finds where f(x) + gamma/2 |x - theta|^2 is least.</param>
/// <param name="Averaging">Weight of each new point in the mean.</param>
internal readonly record struct LangevinChain(int Steps, double StepSize, double Noise, double Averaging)
{
    /// <summary>The exponentially weighted mean of the walk: [N].</summary>
    /// <param name="gradientAt">The gradient of f at a point, for draw 1, 2, ... of a minibatch.</param>
    /// <param name="theta">Where the walk starts and the spring is fixed: [N].</param>
    /// <param name="gamma">Strength of the spring.</param>
    /// <param name="streams">Decide the noise.</param>
    public Tensor Mean(Func<Tensor, long, Tensor> gradientAt, Tensor theta, double gamma, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var (mean, _) = Walk(gradientAt, theta, gamma, streams);
        return mean.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Less by what the same noise alone, on a flat f, makes of the mean: the same expectation, for that of the noise is
    /// zero, and a small part of the variance where f bends less than the spring. All that is left is what f did.
    /// </summary>
    /// <inheritdoc cref="Mean"/>
    public Tensor MeanLessNoise(Func<Tensor, long, Tensor> gradientAt, Tensor theta, double gamma, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var (mean, ofNoise) = Walk(gradientAt, theta, gamma, streams);
        return (mean - ofNoise).MoveToOuterDisposeScope();
    }

    private (Tensor Mean, Tensor OfNoise) Walk(
        Func<Tensor, long, Tensor> gradientAt, Tensor theta, double gamma, RandomStreams streams)
    {
        using TensorLoop loop = new();
        NormalNumbers normals = new(streams.At("langevin"));
        var (x, mean) = (theta.clone(), theta.clone());
        var (noise, meanOfNoise) = (zeros_like(theta), zeros_like(theta));
        for (var step = 1; step <= Steps; step++)
        {
            NumericWork.SafePoint();
            var slope = gradientAt(x, step);
            x.lerp_(theta, StepSize * gamma).add_(slope, alpha: -StepSize);
            if (Noise > 0)
            {
                // float32 whatever theta is: noise needs no more digits.
                var kick = normals.Next(float32, theta.shape).to(theta.dtype, theta.device).mul_(Math.Sqrt(StepSize) * Noise);
                x.add_(kick);
                noise.mul_(1 - (StepSize * gamma)).add_(kick);
                meanOfNoise.lerp_(noise, Averaging);
            }

            mean.lerp_(x, Averaging);
            loop.FreeAllBut([x, mean, noise, meanOfNoise]);
        }

        return (mean.MoveToOuterDisposeScope(), meanOfNoise.MoveToOuterDisposeScope());
    }
}
