using L2O.Errors;
using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>
/// The tables of a comparison at work. Cells may be done in any order and on any thread; a cell counts once all its rows
/// are on disk.
/// </summary>
internal sealed class ComparisonTables : IDisposable
{
    private readonly Lock _lock = new();
    private readonly RunDirectory _directory;
    private readonly IReadOnlyList<Table> _tables;
    private readonly OpenTables _open;
    private readonly List<DoneCell> _cells;
    private Exception? _failure;

    /// <summary>New tables, or those of a run that goes on, cut back to the last cell in them.</summary>
    internal ComparisonTables(RunDirectory directory, IReadOnlyList<Table> tables)
    {
        var reached = ComparisonProgress.In(directory.Path);
        reached.CheckTables(directory.Path, tables);
        if (reached.Cells.Count == 0 && !directory.IsForced)
        {
            RequireNoCells(directory.Path, tables);
        }

        _directory = directory;
        _tables = tables;
        _cells = [.. reached.Cells];
        _open = OpenTables.In(directory.Path, tables, reached.Cells.Count > 0 ? reached.Rows(tables) : null);
    }

    /// <summary>The cells that need no work any more.</summary>
    internal IReadOnlyCollection<CellName> Done => [.. _cells.Select(cell => cell.Name)];

    /// <summary>Keeps a cell, and returns when it is on disk.</summary>
    /// <exception cref="StorageException">It cannot be written, or one before it could not.</exception>
    internal void Add(CellName cell, RowBatch rows)
    {
        lock (_lock)
        {
            // Tables may end within a cell then, and progress that counted its rows would have them twice after a resumption.
            if (_failure is not null)
            {
                throw new StorageException(_failure.Message, _failure);
            }

            try
            {
                _open.Append(rows);
                _open.Flush();
                _cells.Add(new(cell.Optimizer, cell.Optimizee, rows.Count(_tables).ByTable));
                ProgressFile.Write(_directory, new ComparisonProgress(_cells));
            }
            catch (Exception e)
            {
                _failure = e;
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _open.Dispose();

    // A kill may leave rows of the one cell that was being written.
    private static void RequireNoCells(string runDirectory, IReadOnlyList<Table> tables)
    {
        var count = tables.Where(table => File.Exists(table.PathIn(runDirectory)))
            .SelectMany(table => table.RecordedIn(runDirectory).Cells).Distinct().Count();
        if (count > 1)
        {
            throw new CheckpointException(
                $"{ProgressFile.PathIn(runDirectory)}: is missing, and to begin anew would drop the rows of {count} cells; "
                + "put the file back, or begin anew all the same by --force");
        }
    }
}
