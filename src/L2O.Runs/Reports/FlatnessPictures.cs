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
        void Each<T>(string picture, Table<T> table, Action<string, string, IReadOnlyList<T>> draw)
            where T : class, ICellRow
        {
            foreach (var group in table.RowsIn(runDirectory).GroupBy(row => row.Optimizee))
            {
                cancel.ThrowIfCancellationRequested();
                draw(Path.Combine(folder, $"{picture}-{Picture.FileName(group.Key)}"), group.Key, [.. group]);
            }
        }

        Each("density", RunTables.Esd, DensityPicture.Write);
        Each("slice", RunTables.Slices, SlicePicture.Write);
        Each("plane", RunTables.Planes, PlanePicture.Write);
        CorrelationPicture.Write(Path.Combine(folder, "correlations"), RunTables.Correlations.RowsIn(runDirectory));
    }
}
