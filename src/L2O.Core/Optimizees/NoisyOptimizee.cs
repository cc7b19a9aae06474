using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>An optimizee with normal noise on every entry of its gradients; losses are exact.</summary>
/// <param name="inner">The optimizee with exact gradients.</param>
/// <param name="deviation">Standard deviation of the noise.</param>
public sealed class NoisyOptimizee(IOptimizee inner, double deviation) : IOptimizee
{
    /// <inheritdoc/>
    public ParameterLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams) => new ChangedEpisode(
        inner.Start(streams),
        (loss, step, draw) => new NoisyLoss(loss, deviation, streams.At("gradient_noise", step, draw)),
        isDisturbance: true);

    /// <inheritdoc/>
    public IOptimizee? HoldingOut() => inner.HoldingOut() is { } holding ? new NoisyOptimizee(holding, deviation) : null;

    // The noise depends on the minibatch alone, not on theta.
    private sealed class NoisyLoss(ILoss inner, double deviation, RandomStreams streams) : ILoss
    {
        // The value of the inner loss, and its gradient plus the noise.
        public Tensor At(Tensor theta)
        {
            using var scope = NewDisposeScope();
            return (inner.At(theta) + Noise(theta).dot(theta - theta.detach())).MoveToOuterDisposeScope();
        }

        public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
        {
            using var scope = NewDisposeScope();
            var (value, gradient) = inner.WithGradient(theta);
            return (value.MoveToOuterDisposeScope(), (gradient + Noise(theta)).MoveToOuterDisposeScope());
        }

        private Tensor Noise(Tensor theta) =>
            (RandomTensors.Normal(streams, "noise", theta.shape) * deviation).to(theta.dtype, theta.device);
    }
}
