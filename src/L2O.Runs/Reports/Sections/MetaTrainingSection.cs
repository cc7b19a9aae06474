using System.Globalization;
using L2O.Reports.Documents;
using L2O.Reports.Sources;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>How meta-training went.</summary>
internal static class MetaTrainingSection
{
    // Iterations of every training would cover the curves.
    private const int MostMarks = 30;

    internal static Section Of(Material material) => new("meta-training", "Meta-training", [.. Blocks(material)]);

    private static IEnumerable<Block> Blocks(Material material)
    {
        TrainingArm[] arms = [.. material.Trainings.Where(arm => arm.Runs.Any(run => run.Rows(RunTables.Meta).Count > 0
            || run.Rows(RunTables.Validation).Count > 0))];
        if (arms.Length == 0)
        {
            yield break;
        }

        if (Picture(arms) is { } picture)
        {
            yield return material.Add("meta-training", picture);
        }

        yield return Table(arms);
    }

    private static Drawing? Picture(TrainingArm[] arms)
    {
        string[] optimizees =
            [.. arms.SelectMany(arm => arm.Runs).SelectMany(run => run.Rows(RunTables.Validation)).Select(row => row.Optimizee).Distinct()];
        double[] stages = arms is [{ Runs: [var only] }] ? [.. TrainingCurves.StageStarts(only)] : [];
        RunOrder order = new([.. arms.Select(arm => arm.Name)], []);
        CurvePanel?[] panels =
        [
            Panel("Meta-loss", "meta-loss", arm => TrainingCurves.OfUnrolls(arm, row => row.MetaLoss)),
            Panel("Validation", "loss at the end, mean", arm => TrainingCurves.OfValidation(arm, optimizee: null), isMarked: true),
            Panel("Norm of the meta-gradient", "2-norm", arm => TrainingCurves.OfUnrolls(arm, row => row.GradientNorm)),
            Panel("Share of the regularizer", "share", arm => TrainingCurves.OfUnrolls(arm, row => row.RegularizerShare), isLinear: true),
            arms.Any(arm => arm.Runs.Any(run => TrainingCurves.SkippedCount(run) > 0))
                ? Panel("Updates left out", "so far", TrainingCurves.OfSkipped, isLinear: true)
                : null,
        ];
        CurvePanel[] shown = [.. panels.OfType<CurvePanel>()];
        return shown.Length == 0
            ? null
            : CurvePicture.Of(
                arms.Length == 1 ? $"Meta-training of {Reports.Picture.Short(arms[0].Name)}" : "Meta-training",
                Caption(shown, optimizees.Length, stages),
                arms.Length == 1 ? [] : order.LegendOf(arms.Select(arm => arm.Name)),
                shown);

        CurvePanel? Panel(string title, string y, Func<TrainingArm, MeanCurve?> curveOf, bool isMarked = false, bool isLinear = false)
        {
            DrawnCurve[] curves =
            [
                .. arms.SelectMany(arm => curveOf(arm) is { } curve
                    ? [new DrawnCurve(curve, order.ColourOf(arm.Name)) { Marks = isMarked ? Marks(arm) : [] }]
                    : Array.Empty<DrawnCurve>()),
            ];
            return curves.Length == 0 ? null : new(title, "meta-iteration", y, curves, stages) { IsLinear = isLinear };
        }
    }

    private static (double X, double Y)[] Marks(TrainingArm arm) =>
    [
        .. arm.Runs.Select(run => TrainingCurves.Best(run, optimizee: null)).OfType<(long Iteration, double Loss)>().Take(MostMarks)
            .Select(best => ((double)best.Iteration, best.Loss)),
    ];

    private static string Caption(CurvePanel[] panels, int optimizeeCount, double[] stages)
    {
        var curves = panels.SelectMany(panel => panel.Curves).Select(drawn => drawn.Curve).ToArray();
        var isSeveral = curves.Any(curve => curve.RunCount > 1);
        return (isSeveral ? "Line: the mean over meta-seeds." : "Line: one training.") + Words.Band(curves)
            + " What every unroll records is averaged over stretches of meta-iterations."
            + (optimizeeCount > 1 ? " Validation: mean over the optimizees." : "")
            + " Points on it: the best, which best.safetensors is from."
            + (stages.Length > 0 ? " Vertical lines: there a stage of the curriculum begins." : "");
    }

    private static TableBlock Table(TrainingArm[] arms) => new(
        "Trainings. Validation is the mean loss at the end of validation episodes, over the optimizees; untrained is before the first "
        + "meta-iteration. The stages of a curriculum have lengths of their own, and their losses do not compare. Times are those of the "
        + "machine at hand.",
        ["training", "seed", "iterations", "untrained", "best", "at", "last", "stage", "left out", "share", "seconds"],
        [.. arms.SelectMany(arm => arm.Runs.Select(run => Row(arm, run)))]);

    private static string[] Row(TrainingArm arm, ReportedRun run)
    {
        var meta = run.Rows(RunTables.Meta);
        var validation = run.Rows(RunTables.Validation).GroupBy(row => (row.Iteration, row.Stage))
            .Select(at => (at.Key.Iteration, Loss: at.Average(row => row.MeanFinalLoss))).ToArray();
        var best = TrainingCurves.Best(run, optimizee: null);
        double[] shares = [.. meta.Select(row => row.RegularizerShare).OfType<double>()];
        return
        [
            arm.Name,
            run.Info.Seed.ToString(CultureInfo.InvariantCulture),
            meta.Count == 0 ? "0" : (meta[^1].Iteration + 1).ToString(CultureInfo.InvariantCulture),
            validation.Length == 0 ? "-" : NumberText.Of(validation[0].Loss),
            best is { } known ? NumberText.Of(known.Loss) : "-",
            best is { } there ? there.Iteration.ToString(CultureInfo.InvariantCulture) : "-",
            validation.Length == 0 ? "-" : NumberText.Of(validation[^1].Loss),
            meta.Count == 0 ? "-" : meta[^1].Stage.ToString(CultureInfo.InvariantCulture),
            TrainingCurves.SkippedCount(run).ToString(CultureInfo.InvariantCulture),
            shares.Length == 0 ? "-" : NumberText.Of(shares.Average(), digits: 2),
            NumberText.Of(meta.Count == 0 ? 0 : meta[^1].Seconds, digits: 3),
        ];
    }
}
