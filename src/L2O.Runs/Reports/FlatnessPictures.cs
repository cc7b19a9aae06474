using L2O.Runs.Tables;

namespace L2O.Reports;

/// <summary>The pictures of an analysis, made from the tables in its run directory.</summary>
public static class FlatnessPictures
{
    /// <summary>Writes `pictures/` in a run directory: for every optimizee spectral densities, slices and planes.</summary>
    /// <param name="runDirectory">Of `l2o analyze`.</param>
    /// <param name="cancel">Checked before every picture.</param>
    public static void Write(string runDirectory, CancellationToken cancel)
    {
        var folder = Path.Combine(runDirectory, "pictures");
        Directory.CreateDirectory(folder);
        RunOrder order = new(RunTables.Flatness.RowsIn(runDirectory));
        void Each<T>(string picture, Table<T> table, Func<string, IReadOnlyList<T>, Drawing> draw)
            where T : class, ICellRow
        {
            foreach (var group in table.RowsIn(runDirectory).GroupBy(row => row.Optimizee))
            {
                cancel.ThrowIfCancellationRequested();
                draw(group.Key, [.. group]).Write(Path.Combine(folder, $"{picture}-{order.FileNameOf(group.Key)}"));
            }
        }

        Each("density", RunTables.Esd, (optimizee, rows) => DensityPicture.Of(optimizee, rows, order));
        Each("slice", RunTables.Slices, (optimizee, rows) => SlicePicture.Of(optimizee, rows, order));
        Each("plane", RunTables.Planes, PlanePicture.Of);
        CorrelationPicture.Of(RunTables.Correlations.RowsIn(runDirectory))?.Write(Path.Combine(folder, "correlations"));
    }
}
