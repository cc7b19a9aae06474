using L2O.Errors;
using L2O.Runs;
using L2O.Runs.Sweeps;
using L2O.Runs.Tables;

namespace L2O.Reports.Sources;

/// <summary>A run that a page is made of. What of its tables cannot be read is noted, and taken for nothing.</summary>
/// <param name="directory">Of the run.</param>
/// <param name="info">From its run.json.</param>
/// <param name="place">In a sweep; null of a run that belongs to none.</param>
internal sealed class ReportedRun(string directory, RunInfo info, SweepRun? place)
{
    private readonly Dictionary<string, object> _tables = [];
    private readonly List<string> _problems = [];

    internal string Directory { get; } = directory;

    internal RunInfo Info { get; } = info;

    internal SweepRun? Place { get; } = place;

    /// <summary>What pages call it.</summary>
    internal string Label { get; } = place?.Directory ?? directory;

    internal RunConfig Config { get; } = RunConfig.In(directory);

    /// <summary>What could not be read, a sentence each.</summary>
    internal IReadOnlyList<string> Problems => _problems;

    /// <summary>Whether a process works on it: one that was killed could not say that it ended.</summary>
    internal bool IsAtWork { get; } = info.Status == RunStatus.Running && RunLock.IsHeld(directory);

    internal bool Is(string kind) => Info.Kind == kind;

    /// <summary>The rows so far; none where the run has no such table.</summary>
    internal IReadOnlyList<TRow> Rows<TRow>(Table<TRow> table)
        where TRow : class
    {
        if (!_tables.TryGetValue(table.Name, out var rows))
        {
            rows = Read(table);
            _tables[table.Name] = rows;
        }

        return (IReadOnlyList<TRow>)rows;
    }

    /// <summary>The rows of one cell of a comparison.</summary>
    internal IEnumerable<TRow> Cells<TRow>(Table<TRow> table, CellName cell)
        where TRow : class, ICellRow
    {
        var key = $"{table.Name}/cells";
        if (!_tables.TryGetValue(key, out var cells))
        {
            cells = Rows(table).ToLookup(row => row.Cell);
            _tables[key] = cells;
        }

        return ((ILookup<CellName, TRow>)cells)[cell];
    }

    private IReadOnlyList<TRow> Read<TRow>(Table<TRow> table)
        where TRow : class
    {
        if (!File.Exists(table.PathIn(Directory)) || new FileInfo(table.PathIn(Directory)).Length == 0)
        {
            return [];
        }

        try
        {
            return table.RowsIn(Directory);
        }
        catch (CheckpointException e)
        {
            _problems.Add(e.Message);
            return [];
        }
    }
}
