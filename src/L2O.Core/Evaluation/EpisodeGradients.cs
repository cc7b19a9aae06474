using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Evaluation;

/// <summary>The gradients of one step of an episode; the one at the step's own theta is computed once.</summary>
public sealed class EpisodeGradients : IGradientSource
{
    private readonly IEpisode _episode;
    private readonly long _step;
    private readonly Tensor _theta;
    private readonly ILoss _minibatch;
    private readonly Tensor _gradient;

    /// <summary>Evaluates loss and gradient at theta; both belong to the caller's scope.</summary>
    /// <param name="episode">Gives the minibatches.</param>
    /// <param name="step">Whose minibatches.</param>
    /// <param name="theta">[N], before the step.</param>
    public EpisodeGradients(IEpisode episode, long step, Tensor theta)
    {
        _episode = episode;
        _step = step;
        _theta = theta;
        _minibatch = episode.Minibatch(step, draw: 0);
        (Loss, _gradient) = _minibatch.WithGradient(theta);
    }

    /// <summary>The loss at theta on the step's minibatch, a scalar.</summary>
    public Tensor Loss { get; }

    /// <summary>Loss and gradient at theta, without what disturbs the gradients; in the caller's scope.</summary>
    internal (Tensor Value, Tensor Gradient) Undisturbed() => _episode.IsDisturbed
        ? _episode.UndisturbedMinibatch(_step, draw: 0).WithGradient(_theta)
        : (Loss, At(_theta));

    /// <inheritdoc/>
    public Tensor At(Tensor theta) =>
        ReferenceEquals(theta, _theta) ? _gradient.alias() : _minibatch.WithGradient(theta).Gradient;

    /// <inheritdoc/>
    public Tensor AtFresh(Tensor theta, long draw)
    {
        using var scope = NewDisposeScope();
        return _episode.Minibatch(_step, draw).WithGradient(theta).Gradient.MoveToOuterDisposeScope();
    }
}
