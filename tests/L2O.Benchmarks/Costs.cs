using System.Globalization;
using L2O.Kernels;
using ScottPlot;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>What a meta-iteration costs against the number of parameters N, of steps T and of tasks K.</summary>
internal static class Costs
{
    private const int UsualHidden = 20;
    private const int UsualSteps = 20;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    /// <summary>Measures; leaves costs.csv and costs.png in a folder.</summary>
    internal static void Plot(string folder)
    {
        Directory.CreateDirectory(folder);
        Console.WriteLine(
            $"a meta-iteration on {Environment.ProcessorCount} cores, which tasks and fused kernels share; "
            + "libtorch on one thread for each task");
        (string Axis, Point[] Points)[] series =
        [
            ("N", [.. new[] { 2, 5, 10, UsualHidden, 40, 80, 160 }.Select(h => Measure(MlpTask.CountOf(h), h, UsualSteps, 1))]),
            ("T", [.. new[] { 1, 2, 5, 10, 20, 50, 100 }.Select(t => Measure(t, UsualHidden, t, 1))]),
            ("K", [.. new[] { 1, 2, 4, 8 }.Select(k => Measure(k, UsualHidden, UsualSteps, k))]),
        ];
        File.WriteAllLines(
            Path.Combine(folder, "costs.csv"),
            [
                "axis,value,fused_seconds,torch_seconds",
                .. series.SelectMany(one => one.Points.Select(point => string.Create(
                    CultureInfo.InvariantCulture, $"{one.Axis},{point.At},{point.Fused:R},{point.Torch:R}"))),
            ]);
        Multiplot pictures = new();
        pictures.AddPlots(series.Length);
        foreach (var (i, (axis, points)) in series.Index())
        {
            Draw(pictures.GetPlot(i), axis, points);
        }

        pictures.Layout = new ScottPlot.MultiplotLayouts.Columns();
        var path = Path.Combine(folder, "costs.png");
        pictures.SavePng(path, width: 1500, height: 500);
        Console.WriteLine(path);
    }

    private static Point Measure(long at, int hidden, int steps, int tasks)
    {
        using var scope = NewDisposeScope();
        var timings = Interleaved.Measure(
            [
                new("fused", 1, MlpTask.Unrolls(hidden, steps, tasks, Backend.Fused)),
                new("torch", 1, MlpTask.Unrolls(hidden, steps, tasks, Backend.Torch)),
            ],
            Budget);
        Console.WriteLine(
            $"N = {MlpTask.CountOf(hidden),7:N0}  T = {steps,3}  K = {tasks}   fused {timings[0].Minimum * 1e3,9:F2} ms"
            + $"   torch {timings[1].Minimum * 1e3,9:F2} ms   {timings[1].Minimum / timings[0].Minimum,5:F1}x");
        return new(at, timings[0].Minimum, timings[1].Minimum);
    }

    private static void Draw(Plot plot, string axis, Point[] points)
    {
        Line(plot, "torch", points, point => point.Torch);
        Line(plot, "fused", points, point => point.Fused);
        plot.Axes.Bottom.TickGenerator = Ticks([.. points.Select(point => (double)point.At)]);
        plot.Axes.Left.TickGenerator = Ticks([1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1, 3, 10, 30]);
        plot.XLabel(axis switch { "N" => "parameters N", "T" => "steps T", _ => "tasks K" });
        plot.YLabel("seconds a meta-iteration");
        plot.ShowLegend(Alignment.UpperLeft);
    }

    private static void Line(Plot plot, string name, Point[] points, Func<Point, double> seconds)
    {
        var line = plot.Add.Scatter(
            points.Select(point => Math.Log10(point.At)).ToArray(), points.Select(point => Math.Log10(seconds(point))).ToArray());
        line.LegendText = name;
    }

    // Both axes are logarithms; ticks say what of.
    private static ScottPlot.TickGenerators.NumericManual Ticks(double[] values) => new(
        [.. values.Select(Math.Log10)],
        [.. values.Select(value => value.ToString(value < 1 ? "G1" : "N0", CultureInfo.InvariantCulture))]);

    private sealed record Point(long At, double Fused, double Torch);
}
