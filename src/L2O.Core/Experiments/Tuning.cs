using L2O.Evaluation;
using Serilog;

namespace L2O.Experiments;

/// <summary>What tuning found.</summary>
/// <param name="Chosen">The best setting on Validation; of equals the one that the config lists first.</param>
/// <param name="Rows">What every setting reached; none where there was nothing to choose.</param>
internal sealed record TuningResult(Candidate Chosen, IReadOnlyList<TuningRow> Rows);

/// <summary>Chooses among the settings of an optimizer on Validation, with seeds of its own.</summary>
/// <param name="evaluator">Runs the settings.</param>
/// <param name="seeds">Runs of each setting.</param>
/// <param name="log">Told what was chosen.</param>
internal sealed class Tuning(Evaluator evaluator, int seeds, ILogger log)
{
    /// <summary>Runs that choosing takes.</summary>
    internal static long RunCount(Competitor competitor, int seeds) =>
        competitor.Candidates.Count > 1 ? competitor.Candidates.Count * (long)seeds : 0;

    /// <summary>The choice for one optimizee.</summary>
    /// <param name="competitor">Has one setting or more.</param>
    /// <param name="optimizee">What is trained.</param>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="cancel">Looked at before every step.</param>
    internal TuningResult Choose(
        Competitor competitor, NamedOptimizee optimizee, Action onStep, CancellationToken cancel)
    {
        if (competitor.Candidates.Count == 1)
        {
            return new(competitor.Candidates[0], []);
        }

        List<TuningRow> rows = [];
        var best = competitor.Candidates.MinBy(candidate => Enumerable.Range(0, seeds).Average(seed =>
        {
            var loss = evaluator.ValidationLoss(candidate.Optimizer, optimizee, seed, onStep, cancel);
            rows.Add(new(competitor.Name, optimizee.Name, candidate.Label, seed, loss));
            return loss;
        })) ?? competitor.Candidates[0];
        Tell(competitor, optimizee, best);
        return new(best, rows);
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
