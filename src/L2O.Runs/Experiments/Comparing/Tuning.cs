using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Runs.Tables;
using L2O.Runtime;
using Serilog;

namespace L2O.Experiments.Comparing;

/// <summary>What tuning found.</summary>
/// <param name="Chosen">The best setting on Validation; of equals the one that the config lists first.</param>
/// <param name="Rows">What every setting reached; none where there was nothing to choose.</param>
internal sealed record TuningResult(Setting Chosen, IReadOnlyList<TuningRow> Rows);

/// <summary>Chooses among the settings of an optimizer on Validation, with seeds of its own.</summary>
/// <param name="evaluator">Runs the settings.</param>
/// <param name="seeds">Runs of each setting.</param>
/// <param name="workers">Work on the runs.</param>
/// <param name="log">Receives what was chosen.</param>
internal sealed class Tuning(Evaluator evaluator, int seeds, Workers workers, ILogger log)
{
    /// <summary>Runs that choosing takes.</summary>
    internal static long RunCount(ComparedOptimizer compared, int seeds) =>
        compared.Settings.Count > 1 ? compared.Settings.Count * (long)seeds : 0;

    /// <summary>The choice for one optimizee.</summary>
    /// <param name="compared">Has one setting or more.</param>
    /// <param name="optimizee">What is trained.</param>
    /// <param name="onStep">Called after every step, by several threads.</param>
    /// <param name="cancel">Checked before every step.</param>
    internal TuningResult Choose(
        ComparedOptimizer compared, WeightedOptimizee optimizee, Action onStep, CancellationToken cancel)
    {
        if (compared.Settings.Count == 1)
        {
            return new(compared.Settings[0], []);
        }

        var runs = compared.Settings.SelectMany(
            _ => Enumerable.Range(0, seeds), (setting, seed) => (setting, seed)).ToArray();
        var losses = workers.Map(
            runs,
            (run, stop) => evaluator.ValidationLoss(run.setting.Optimizer, optimizee, run.seed, onStep, stop),
            cancel);
        var (best, loss) = runs.Zip(losses).GroupBy(run => run.First.setting)
            .Select(setting => (setting.Key, setting.Average(run => run.Second))).MinBy(setting => setting.Item2);
        Report(compared, optimizee, best, isDiverged: double.IsInfinity(loss));
        return new(
            best,
            [
                .. runs.Zip(losses, (run, loss) => new TuningRow(
                    compared.Name, optimizee.Name, run.setting.Label, run.seed, loss, run.setting == best)),
            ]);
    }

    private void Report(ComparedOptimizer compared, WeightedOptimizee optimizee, Setting best, bool isDiverged)
    {
        if (isDiverged)
        {
            log.Warning(
                "{Optimizer} on {Optimizee}: every setting of its grid diverged on Validation, so none was chosen and the first, "
                + "{Setting}, is compared; choose other values",
                compared.Name,
                optimizee.Name,
                best.Label);
            return;
        }

        log.Information(
            "Validation chose {Setting} for {Optimizer} on {Optimizee}", best.Label, compared.Name, optimizee.Name);
        if (best.Edges.Count > 0)
        {
            log.Warning(
                "{Optimizer} on {Optimizee}: the best {Key} is at the edge of its grid ({Setting}); widen the grid",
                compared.Name,
                optimizee.Name,
                string.Join(", ", best.Edges),
                best.Label);
        }
    }
}
