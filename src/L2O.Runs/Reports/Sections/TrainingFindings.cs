using L2O.Configs;
using L2O.Reports.Sources;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>What trainings came to, in sentences.</summary>
internal static class TrainingFindings
{
    // The config below says what the others are.
    private const int MostNamed = 3;

    internal static IEnumerable<string> Of(TrainingArm arm)
    {
        ReportedRun[] validated = [.. arm.Runs.Where(run => run.Rows(RunTables.Validation).Count > 0)];
        if (validated.Length > 0)
        {
            yield return $"{arm.Name}: {Asked(arm)}{Reached(validated)}";
        }

        var skipped = arm.Runs.Sum(TrainingCurves.SkippedCount);
        if (skipped > 0)
        {
            yield return $"{arm.Name}: {Words.Count(skipped, "update")} of phi {(skipped == 1 ? "was" : "were")} left out, because the "
                + "meta-gradient was not finite.";
        }

        foreach (var run in arm.Runs.Where(run => run.Info.Error is not null))
        {
            yield return $"{run.Label} ended early: {run.Info.Error}";
        }
    }

    private static string Asked(TrainingArm arm)
    {
        var config = arm.Runs[0].Config;
        string[] optimizees = [.. arm.Runs[0].Rows(RunTables.Validation).Select(row => row.Optimizee).Distinct()];
        var shown = optimizees.Length > MostNamed ? Words.Count(optimizees.Length, "optimizee") : Words.List(optimizees);
        var regularizer = config.Word("regularizer", "kind") is { } kind and not "none" ? $" with the regularizer {kind}" : "";
        var steps = MetaHorizon.Of(config) is { } horizon ? $" of {(IsOfSeveralLengths(config) ? "up to " : "")}{Words.Count(horizon, "step")}" : "";
        var iterations = config.Whole("meta", "iterations") is { } count ? $" for up to {Words.Count(count, "meta-iteration")}{steps}" : "";
        return $"{config.Word("optimizer", "kind") ?? "an optimizer"} was meta-trained on {shown}{regularizer}{iterations}"
            + (arm.Runs.Count > 1 ? $", under {arm.Runs.Count} meta-seeds" : "") + ". ";
    }

    private static bool IsOfSeveralLengths(RunConfig config) =>
        config.Node("meta", "curriculum") is MapNode || config.Node("meta", "random_unroll") is MapNode;

    // Lengths of stages differ, so a gain counts where there is one stage.
    private static string Reached(ReportedRun[] runs)
    {
        var firsts = runs.Select(run => MeanAt(run, run.Rows(RunTables.Validation)[0])).ToArray();
        var lasts = runs.Select(run => MeanAt(run, run.Rows(RunTables.Validation)[^1])).ToArray();
        var bests = runs.Select(run => TrainingCurves.Best(run, optimizee: null)).OfType<(long Iteration, double Loss)>().ToArray();
        var helped = bests.Count(best => best.Iteration > 0);
        var untrained = $"The loss at the end of validation was {Spread(firsts)} untrained";
        var at = runs.Length == 1 && bests is [var one] ? $" (meta-iteration {one.Iteration})" : "";
        var best = bests.Length == 0 ? "" : $", {Spread([.. bests.Select(found => found.Loss)])} at its best{at}";
        return $"{untrained}{best} and {Spread(lasts)} at the end."
            + (helped == runs.Length ? "" : runs.Length == 1
                ? " Training did not help: the best is the untrained one."
                : $" In {runs.Length - helped} of {runs.Length} trainings it did not help: the best is the untrained one.");
    }

    private static double MeanAt(ReportedRun run, ValidationRow at) => run.Rows(RunTables.Validation)
        .Where(row => row.Iteration == at.Iteration && row.Stage == at.Stage).Average(row => row.MeanFinalLoss);

    private static string Spread(double[] values) => values.Length == 1
        ? NumberText.Of(values[0])
        : $"{NumberText.Of(values.Average())} ({NumberText.Of(values.Min(), digits: 3)} to {NumberText.Of(values.Max(), digits: 3)})";
}
