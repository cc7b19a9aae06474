using L2O.Data;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>An optimizee whose episodes all start at the same theta; its minibatches are as they were.</summary>
/// <param name="inner">The optimizee.</param>
/// <param name="theta">[N]; must live as long as this.</param>
public sealed class StartedOptimizee(IOptimizee inner, Tensor theta) : IOptimizee
{
    /// <inheritdoc/>
    public ParameterLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams) => new Episode(inner.Start(streams), theta);

    /// <inheritdoc/>
    public IOptimizee? HoldingOut() => inner.HoldingOut() is { } holding ? new StartedOptimizee(holding, theta) : null;

    private sealed class Episode(IEpisode inner, Tensor theta) : IEpisode
    {
        public Tensor InitialTheta() => theta.clone();

        public bool IsDisturbed => inner.IsDisturbed;

        public ILoss Minibatch(long step, long draw) => inner.Minibatch(step, draw);

        public ILoss UndisturbedMinibatch(long step, long draw) => inner.UndisturbedMinibatch(step, draw);

        public ILoss HeldOutMinibatch(long step, long draw) => inner.HeldOutMinibatch(step, draw);

        public ILoss TrainLoss(long examples) => inner.TrainLoss(examples);

        public Measurement Measure(Tensor at, Split split, CancellationToken cancel = default) => inner.Measure(at, split, cancel);

        public void Dispose() => inner.Dispose();
    }
}
