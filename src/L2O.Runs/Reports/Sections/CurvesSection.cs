using System.Globalization;
using L2O.Reports.Documents;
using L2O.Reports.Sources;
using L2O.Runs.Tables;

namespace L2O.Reports.Sections;

/// <summary>Learning curves of every evaluation.</summary>
internal static class CurvesSection
{
    private const string Accuracy = "test accuracy";

    private static readonly (string Title, string X, string Y, Func<CurveRow, double> At, Func<CurveRow, double?> Number)[] Panels =
    [
        ("Training loss", "step", "training loss", row => row.Step, row => row.TrainLoss),
        ("Test loss", "step", "test loss", row => row.Step, row => row.TestLoss),
        ("Test accuracy", "step", Accuracy, row => row.Step, row => row.TestAccuracy),
        ("Training loss over time", "seconds", "training loss", row => row.Seconds, row => row.TrainLoss),
    ];

    internal static Section Of(Material material) => new(
        "curves", "Learning curves", [.. material.Evaluations.SelectMany(evaluation => Of(material, evaluation))]);

    private static IEnumerable<Block> Of(Material material, Comparison evaluation)
    {
        var optimizees = evaluation.Optimizees(RunTables.Curves);
        if (optimizees.Count > 0 && material.Evaluations.Count > 1)
        {
            yield return new Subtitle(evaluation.Name);
        }

        RunOrder order = new([.. evaluation.Names], optimizees);
        foreach (var optimizee in optimizees)
        {
            if (Picture(evaluation, optimizee, order) is { } drawing)
            {
                yield return material.Add($"curves-{RunOrder.InFileName(evaluation.Name)}-{order.FileNameOf(optimizee)}", drawing);
            }
        }
    }

    private static Drawing? Picture(Comparison evaluation, string optimizee, RunOrder order)
    {
        var horizons = evaluation.Entrants.Select(entrant => entrant.Horizon).OfType<int>().Distinct().Order().ToArray();
        List<CurvePanel> panels = [];
        List<(string Name, MeanCurve Curve)> all = [];
        foreach (var (title, x, y, at, number) in Panels)
        {
            var curves = LearningCurves.Of(evaluation, optimizee, at, number);
            if (curves.Count > 0)
            {
                all.AddRange(curves);
                panels.Add(new(
                    title,
                    x,
                    y,
                    [.. curves.Select(entry => new DrawnCurve(entry.Curve, order.ColourOf(entry.Name)))],
                    x == "step" ? [.. horizons.Select(horizon => (double)horizon)] : [])
                {
                    IsLinear = y == Accuracy,
                    Bounds = y == Accuracy ? (0, 1) : (double.NegativeInfinity, double.PositiveInfinity),
                });
            }
        }

        return panels.Count == 0
            ? null
            : CurvePicture.Of(
                $"Learning curves: {Reports.Picture.Short(optimizee)}",
                Caption(evaluation, all, horizons),
                order.LegendOf(all.Select(entry => entry.Name).Distinct()),
                panels);
    }

    private static string Caption(Comparison evaluation, IReadOnlyList<(string Name, MeanCurve Curve)> curves, int[] horizons)
    {
        var arms = evaluation.Names.Where(evaluation.IsArm).ToArray();
        var over = arms.Length == 0 ? "seeds" : "seeds, and of an arm over meta-seeds and seeds";
        var isSeveral = curves.Any(entry => entry.Curve.RunCount > 1);
        var line = isSeveral ? $"Line: the mean over {over}." : "Line: one run.";
        string[] ended = [.. curves.Where(entry => entry.Curve.EndedCount > 0).Select(entry => entry.Name).Distinct()];
        var steps = Words.List([.. horizons.Select(horizon => horizon.ToString("N0", CultureInfo.InvariantCulture))]);
        var horizon = horizons.Length == 0
            ? ""
            : horizons.Any(length => length < evaluation.Steps)
                ? $" Vertical line: the longest run in meta-training ({steps} steps)."
                : $" What was learned was trained on runs of up to {steps} steps, as many as are shown or more.";
        return line + Words.Band(curves.Select(entry => entry.Curve)) + horizon
            + (ended.Length == 0 ? "" : $" A cross: there the first run of {Words.List(ended)} diverged, and the mean ends.")
            + " Time is that of the optimization alone, without measurements, and the mean over runs.";
    }
}
