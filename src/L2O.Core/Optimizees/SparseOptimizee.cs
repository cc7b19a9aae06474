using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>An optimizee with random entries of its gradients replaced by 0; losses are exact.</summary>
/// <param name="inner">The optimizee with dense gradients.</param>
/// <param name="probability">Of an entry being replaced by 0.</param>
public sealed class SparseOptimizee(IOptimizee inner, double probability) : IOptimizee
{
    /// <inheritdoc/>
    public ParameterLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams) => new ChangedEpisode(
        inner.Start(streams),
        (loss, step, draw) => new SparseLoss(loss, probability, streams.At("gradient_sparsity", step, draw)),
        isDisturbance: true);

    /// <inheritdoc/>
    public IOptimizee? HoldingOut() => inner.HoldingOut() is { } holding ? new SparseOptimizee(holding, probability) : null;

    // The entries replaced depend on the minibatch alone, not on theta.
    private sealed class SparseLoss(ILoss inner, double probability, RandomStreams streams) : ILoss
    {
        // The value of the inner loss, and the entries of its gradient that are kept; second derivatives are those
        // among the kept parameters.
        public Tensor At(Tensor theta)
        {
            using var scope = NewDisposeScope();
            return inner.At(where(Kept(theta), theta, theta.detach())).MoveToOuterDisposeScope();
        }

        public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
        {
            using var scope = NewDisposeScope();
            var (value, gradient) = inner.WithGradient(theta);
            return (value.MoveToOuterDisposeScope(), (gradient * Kept(theta)).MoveToOuterDisposeScope());
        }

        private Tensor Kept(Tensor theta) =>
            RandomTensors.Uniform(streams, "kept", theta.shape).ge(probability).to(theta.device);
    }
}
