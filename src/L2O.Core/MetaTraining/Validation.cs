using L2O.Data;
using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>Scores phi by what is left of the loss on the Validation split, from fixed starts on fixed minibatches.</summary>
/// <param name="optimizer">What is trained.</param>
/// <param name="optimizees">Each has a score of its own.</param>
/// <param name="streams">The run's random numbers.</param>
/// <param name="workers">Run the episodes; only time depends on them.</param>
internal sealed class Validation(
    ILearnedOptimizer optimizer, IReadOnlyList<WeightedOptimizee> optimizees, RandomStreams streams, Workers workers)
{
    /// <summary>One score for each optimizee.</summary>
    /// <param name="phi">[P].</param>
    /// <param name="steps">Optimizee steps in an episode.</param>
    /// <param name="episodes">Episodes for each optimizee.</param>
    /// <param name="cancel">Checked before every step, and as often while a split is measured.</param>
    internal IReadOnlyList<ValidationScore> Scores(Tensor phi, int steps, int episodes, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        var rule = optimizer.At(phi.detach());
        return
        [
            .. workers.Map(
                [.. optimizees.SelectMany(entry => Enumerable.Range(0, episodes).Select(i => (Entry: entry, At: i)))],
                (episode, stop) => (
                    episode.Entry.Name,
                    Losses: Losses(episode.Entry, rule, steps, streams.At("validation", episode.At), stop)),
                cancel)
                .Chunk(episodes)
                .Select(of => new ValidationScore(
                    of[0].Name, of.Average(episode => episode.Losses.Final), of.Average(episode => episode.Losses.Initial))),
        ];
    }

    private static (double Initial, double Final) Losses(
        WeightedOptimizee entry, IOptimizer rule, int steps, RandomStreams at, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        using var episode = entry.Optimizee.Start(at);
        double initial = 0;
        var theta = Rollout.Run(
            rule,
            entry.Optimizee.Layout,
            episode,
            at.At("optimizer"),
            steps,
            point =>
            {
                cancel.ThrowIfCancellationRequested();
                if (point.Step == 0)
                {
                    initial = episode.Measure(point.Theta, Split.Validation, cancel).Loss;
                }

                return true;
            });
        return (initial, episode.Measure(theta, Split.Validation, cancel).Loss);
    }
}
