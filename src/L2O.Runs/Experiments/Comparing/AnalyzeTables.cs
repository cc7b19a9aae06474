using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>An optimizer on an optimizee whose solutions are all measured.</summary>
/// <param name="Optimizer">Name of the optimizer.</param>
/// <param name="Optimizee">Name of the optimizee.</param>
/// <param name="Setting">What tuning chose; empty where there was nothing to choose.</param>
/// <param name="Diverged">Seeds under which it diverged.</param>
public sealed record AnalyzedCell(string Optimizer, string Optimizee, string Setting, int Diverged);

/// <summary>
/// How far an analysis has come: the cells done, and how many rows each table had then. A cell is pure, so a run that was
/// interrupted in the middle of one does it again and writes the same rows.
/// </summary>
internal sealed record AnalyzeProgress(
    IReadOnlyList<AnalyzedCell> Cells,
    long TuningRows,
    long FlatnessRows,
    long EsdRows,
    long SliceRows,
    long PlaneRows);

/// <summary>The tables that an analysis writes.</summary>
internal sealed class AnalyzeTables : IDisposable
{
    /// <summary>What the table of numbers is called.</summary>
    internal const string FlatnessName = "flatness.csv";

    private readonly RunDirectory _directory;
    private readonly List<AnalyzedCell> _cells;

    /// <summary>New tables, or those of a run that goes on, cut back to the last cell done.</summary>
    internal AnalyzeTables(RunDirectory directory)
    {
        var reached = ProgressFile.Read<AnalyzeProgress>(directory.Path);
        _directory = directory;
        _cells = [.. reached?.Cells ?? []];
        Tuning = TableFile<TuningRow>.Open(directory.FilePath("tuning.csv"), reached?.TuningRows);
        Flatness = TableFile<FlatnessRow>.Open(directory.FilePath(FlatnessName), reached?.FlatnessRows);
        Esd = TableFile<EsdRow>.Open(directory.FilePath("esd.csv"), reached?.EsdRows);
        Slices = TableFile<SliceRow>.Open(directory.FilePath("slices.csv"), reached?.SliceRows);
        Planes = TableFile<PlaneRow>.Open(directory.FilePath("planes.csv"), reached?.PlaneRows);
    }

    /// <summary>Cells done, in the order of the run.</summary>
    internal IReadOnlyList<AnalyzedCell> Cells => _cells;

    internal TableFile<TuningRow> Tuning { get; }

    internal TableFile<FlatnessRow> Flatness { get; }

    internal TableFile<EsdRow> Esd { get; }

    internal TableFile<SliceRow> Slices { get; }

    internal TableFile<PlaneRow> Planes { get; }

    /// <summary>Notes that a cell is done, once all its rows are on disk.</summary>
    internal void Finish(AnalyzedCell cell)
    {
        _cells.Add(cell);
        ProgressFile.Write(_directory, new AnalyzeProgress(
            _cells, Tuning.Flush(), Flatness.Flush(), Esd.Flush(), Slices.Flush(), Planes.Flush()));
    }

    public void Dispose()
    {
        Tuning.Dispose();
        Flatness.Dispose();
        Esd.Dispose();
        Slices.Dispose();
        Planes.Dispose();
    }
}
