using L2O.Evaluation;
using L2O.Tensors;
using Serilog;

namespace L2O.Experiments;

/// <summary>What tuning found.</summary>
/// <param name="Chosen">The best setting on Validation; of equals the one that the config lists first.</param>
/// <param name="Rows">What every setting reached; none where there was nothing to choose.</param>
internal sealed record TuningResult(Candidate Chosen, IReadOnlyList<TuningRow> Rows);

/// <summary>Chooses among the settings of an optimizer on Validation, with seeds of its own.</summary>
/// <param name="evaluator">Runs the settings.</param>
/// <param name="seeds">Runs of each setting.</param>
/// <param name="workers">Work on the runs.</param>
/// <param name="log">Told what was chosen.</param>
internal sealed class Tuning(Evaluator evaluator, int seeds, Workers workers, ILogger log)
{
    /// <summary>Runs that choosing takes.</summary>
    internal static long RunCount(Competitor competitor, int seeds) =>
        competitor.Candidates.Count > 1 ? competitor.Candidates.Count * (long)seeds : 0;

    /// <summary>The choice for one optimizee.</summary>
    /// <param name="competitor">Has one setting or more.</param>
    /// <param name="optimizee">What is trained.</param>
    /// <param name="onStep">Called after every step, by several threads.</param>
    /// <param name="cancel">Looked at before every step.</param>
    internal TuningResult Choose(
        Competitor competitor, NamedOptimizee optimizee, Action onStep, CancellationToken cancel)
    {
        if (competitor.Candidates.Count == 1)
        {
            return new(competitor.Candidates[0], []);
        }

        var runs = competitor.Candidates.SelectMany(
            _ => Enumerable.Range(0, seeds), (candidate, seed) => (candidate, seed)).ToArray();
        var losses = workers.Map(
            runs,
            (run, stop) => evaluator.ValidationLoss(run.candidate.Optimizer, optimizee, run.seed, onStep, stop),
            cancel);
        var best = runs.Zip(losses).GroupBy(run => run.First.candidate)
            .MinBy(candidate => candidate.Average(run => run.Second))?.Key ?? competitor.Candidates[0];
        Tell(competitor, optimizee, best);
        return new(
            best,
            [
                .. runs.Zip(losses, (run, loss) => new TuningRow(
                    competitor.Name, optimizee.Name, run.candidate.Label, run.seed, loss)),
            ]);
    }

    private void Tell(Competitor competitor, NamedOptimizee optimizee, Candidate best)
    {
        log.Information(
            "Validation chose {Setting} for {Optimizer} on {Optimizee}", best.Label, competitor.Name, optimizee.Name);
        if (best.Edges.Count > 0)
        {
            log.Warning(
                "{Optimizer} on {Optimizee}: the best {Key} is at the edge of its grid ({Setting}); widen the grid",
                competitor.Name,
                optimizee.Name,
                string.Join(", ", best.Edges),
                best.Label);
        }
    }
}
