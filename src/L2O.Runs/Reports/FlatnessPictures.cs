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
        IReadOnlyList<T> Rows<T>(string name) => CsvFile<T>.Read(Path.Combine(runDirectory, name));
        RunOrder order = new(Rows<FlatnessRow>("flatness.csv"));
        void Each<T>(string picture, string table, Func<T, string> optimizee, Action<string, string, IReadOnlyList<T>> draw)
        {
            foreach (var group in Rows<T>(table).GroupBy(optimizee))
            {
                cancel.ThrowIfCancellationRequested();
                draw(Path.Combine(folder, $"{picture}-{order.FileNameOf(group.Key)}"), group.Key, [.. group]);
            }
        }

        Each<EsdRow>(
            "density",
            "esd.csv",
            row => row.Optimizee,
            (path, optimizee, rows) => DensityPicture.Write(path, optimizee, rows, order));
        Each<SliceRow>(
            "slice",
            "slices.csv",
            row => row.Optimizee,
            (path, optimizee, rows) => SlicePicture.Write(path, optimizee, rows, order));
        Each<PlaneRow>("plane", "planes.csv", row => row.Optimizee, PlanePicture.Write);
        CorrelationPicture.Write(Path.Combine(folder, "correlations"), Rows<CorrelationRow>("correlations.csv"));
    }
}
