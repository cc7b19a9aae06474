using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Evaluation;

/// <summary>A point of a rollout, before the step that leaves it.</summary>
/// <param name="Step">Steps made so far.</param>
/// <param name="Theta">[N], owned by the rollout.</param>
/// <param name="BatchLoss">Loss at theta on this step's minibatch.</param>
public readonly record struct RolloutPoint(long Step, Tensor Theta, double BatchLoss);

/// <summary>An optimizer at work on one episode, with nothing learned from it.</summary>
public static class Rollout
{
    /// <summary>Makes up to a number of steps.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="layout">Of the episode's parameters.</param>
    /// <param name="episode">What is optimized.</param>
    /// <param name="streams">For rules that draw random numbers.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="visit">Receives every point before the step that leaves it; false ends the rollout there.</param>
    /// <returns>Theta [N] where the rollout ended.</returns>
    public static Tensor Run(
        IOptimizer optimizer,
        ParameterLayout layout,
        IEpisode episode,
        RandomStreams streams,
        long steps,
        Func<RolloutPoint, bool> visit) =>
        Run(optimizer, layout, episode, streams, steps, new PausingStopwatch(TimeProvider.System), visit);

    /// <summary>The same, with the stopwatch running but for visits and for waiting until finalizers have run.</summary>
    internal static Tensor Run(
        IOptimizer optimizer,
        ParameterLayout layout,
        IEpisode episode,
        RandomStreams streams,
        long steps,
        PausingStopwatch stopwatch,
        Func<RolloutPoint, bool> visit)
    {
        using TensorLoop loop = new();
        stopwatch.Resume();
        var theta = episode.InitialTheta();
        var state = optimizer.Init(layout, theta, streams);
        Tensor? update = null;
        for (var step = 0L; step < steps; step++)
        {
            var gradients = new EpisodeGradients(episode, step, theta);
            var batchLoss = ScalarTensor.Value(gradients.Loss);
            stopwatch.Pause();
            NumericWork.SafePoint();
            if (!visit(new(step, theta, batchLoss)))
            {
                break;
            }

            stopwatch.Resume();
            (update, state) = optimizer.StepInPlace(gradients, theta, state, update);
            theta = theta + update;
            loop.FreeAllBut([theta, update, .. state.Tensors]);
        }

        stopwatch.Pause();
        return theta.MoveToOuterDisposeScope();
    }
}
