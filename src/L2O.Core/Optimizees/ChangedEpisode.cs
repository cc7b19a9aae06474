using L2O.Data;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>An episode with other losses on its minibatches; its start and its measurements are unchanged.</summary>
/// <param name="inner">Owned by this episode.</param>
/// <param name="change">Given the loss of a step and a draw, returns the one to use instead.</param>
/// <param name="isDisturbance">Whether undisturbed and held-out minibatches are unchanged as well.</param>
internal sealed class ChangedEpisode(IEpisode inner, Func<ILoss, long, long, ILoss> change, bool isDisturbance) : IEpisode
{
    public Tensor InitialTheta() => inner.InitialTheta();

    public bool IsDisturbed => isDisturbance || inner.IsDisturbed;

    public ILoss Minibatch(long step, long draw) => change(inner.Minibatch(step, draw), step, draw);

    public ILoss UndisturbedMinibatch(long step, long draw)
    {
        var loss = inner.UndisturbedMinibatch(step, draw);
        return isDisturbance ? loss : change(loss, step, draw);
    }

    public ILoss HeldOutMinibatch(long step, long draw)
    {
        var loss = inner.HeldOutMinibatch(step, draw);
        return isDisturbance ? loss : change(loss, step, draw);
    }

    public ILoss TrainLoss(long examples) => inner.TrainLoss(examples);

    public Measurement Measure(Tensor theta, Split split, CancellationToken cancel = default) =>
        inner.Measure(theta, split, cancel);

    public void Dispose() => inner.Dispose();
}
