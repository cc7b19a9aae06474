extern alias plots;

using L2O.Flatness.Curvature;
using L2O.Runs.Tables;
using L2O.Statistics;
using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>The spectral density of the Hessian at the solutions of each optimizer.</summary>
internal static class DensityPicture
{
    private const int GridPoints = 1000;

    // As a fraction of the range of eigenvalues: separates outliers, and joins few atoms into a curve.
    private const double RelativeWidth = 0.01;

    // Shown below the peak; further down there are only the tails of the smoothing kernel.
    private const double Decades = 7;

    /// <summary>One line for each optimizer, the mean over its seeds.</summary>
    internal static Drawing Of(string optimizee, IReadOnlyList<EsdRow> rows, RunOrder order)
    {
        var (least, most) = (rows.Min(row => row.Node), rows.Max(row => row.Node));
        var width = RelativeWidth * Math.Max(most - least, 1e-12);
        var (low, high) = (least - (5 * width), most + (5 * width));
        double[] grid = [.. Enumerable.Range(0, GridPoints).Select(i => low + ((high - low) * i / (GridPoints - 1)))];
        (string Optimizer, double[] Levels)[] lines =
        [
            .. rows.GroupBy(row => row.Optimizer)
                .Select(optimizer => (optimizer.Key, Smoothed([.. optimizer], grid, width).Select(LogAxis.At).ToArray())),
        ];
        var seeds = rows.GroupBy(row => row.Optimizer).Max(optimizer => optimizer.Select(row => row.Seed).Distinct().Count());
        return new(
            new(
                $"Spectral density of the Hessian: {Picture.Short(optimizee)}",
                $"Mean over the solutions of each optimizer under {seeds} {(seeds == 1 ? "seed" : "seeds")}. Every eigenvalue is smoothed to a "
                + $"normal density with a standard deviation of {NumberText.Of(width, digits: 2)}, 1% of the range of all eigenvalues, "
                + $"so narrower peaks are not to be told from it. Logarithmic, {Decades} decades below the highest peak.")
            {
                Legend = order.LegendOf(lines.Select(line => line.Optimizer)),
            },
            () => [Plot(grid, lines, order)],
            Columns: 1,
            Width: 1000,
            Height: 550)
        {
            HasLegendBeside = true,
        };
    }

    private static Plot Plot(double[] grid, (string Optimizer, double[] Levels)[] lines, RunOrder order)
    {
        var plot = Picture.Plot("", "eigenvalue (loss per squared parameter)", "share of eigenvalues per unit");
        foreach (var (optimizer, levels) in lines)
        {
            var line = plot.Add.ScatterLine(grid, levels, order.ColourOf(optimizer));
            line.LineWidth = 2;
            line.LegendText = Picture.Short(optimizer);
        }

        var top = lines.Max(line => line.Levels.Max());
        plot.Axes.SetLimitsX(grid[0], grid[^1]);
        LogAxis.Set(plot, top - Decades, top);
        return plot;
    }

    private static double[] Smoothed(EsdRow[] rows, double[] grid, double width)
    {
        var seeds = rows.Select(row => row.Seed).Distinct().Count();
        return new SpectralDensity(
            [.. rows.Select(row => row.Node)],
            [.. rows.Select(row => row.Weight / seeds)],
            [.. rows.Select(row => row.Residual)]).Smoothed(grid, width);
    }
}
