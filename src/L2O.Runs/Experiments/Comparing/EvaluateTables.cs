using L2O.Errors;
using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>
/// The tables of a comparison. Cells may be done in any order and on any thread; the tables have them in the run's order.
/// </summary>
internal sealed class EvaluateTables : IDisposable
{
    private readonly Lock _lock = new();
    private readonly RunDirectory _directory;
    private readonly TableFile<CurveRow> _curves;
    private readonly TableFile<TuningRow> _tuning;
    private readonly TableFile<SummaryRow> _summary;
    private readonly List<EvaluatedCell> _cells;
    private readonly SortedDictionary<int, FinishedCell> _ahead;
    private Exception? _failure;

    private EvaluateTables(RunDirectory directory, EvaluateProgress? progress)
    {
        _directory = directory;
        _curves = TableFile<CurveRow>.Open(directory.FilePath("curves.csv"), progress?.CurveRows);
        _tuning = TableFile<TuningRow>.Open(directory.FilePath("tuning.csv"), progress?.TuningRows);
        _summary = TableFile<SummaryRow>.Open(directory.FilePath("summary.csv"), progress?.SummaryRows);
        _cells = [.. progress?.Cells ?? []];
        _ahead = new((progress?.Ahead ?? []).ToDictionary(cell => cell.Index));
    }

    /// <summary>The cells in the tables, in the run's order.</summary>
    internal IReadOnlyList<EvaluatedCell> Cells => _cells;

    /// <summary>New tables, or those of a run that goes on, cut back to the last cell in them.</summary>
    internal static EvaluateTables Open(RunDirectory directory) => new(directory, EvaluateProgress.Read(directory.Path));

    /// <summary>Makes sure that what is done belongs to a config with these cells.</summary>
    /// <exception cref="ConfigException">It does not.</exception>
    internal void Check(IReadOnlyList<(string Optimizer, string Optimizee)> cells) => ProgressFile.Check(
        _directory.Path,
        [
            .. _cells.Index().Select(cell => (cell.Index, cell.Item.Optimizer, cell.Item.Optimizee)),
            .. _ahead.Values.Select(cell => (cell.Index, cell.Cell.Optimizer, cell.Cell.Optimizee)),
        ],
        cells);

    /// <summary>Whether a cell needs no work any more.</summary>
    internal bool Have(int index) => index < _cells.Count || _ahead.ContainsKey(index);

    /// <summary>Keeps a cell, and returns when it is on disk.</summary>
    /// <exception cref="StorageException">It cannot be written, or one before it could not.</exception>
    internal void Add(FinishedCell cell)
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
                Keep(cell);
            }
            catch (Exception e)
            {
                _failure = e;
                throw;
            }
        }
    }

    public void Dispose()
    {
        _curves.Dispose();
        _tuning.Dispose();
        _summary.Dispose();
    }

    private void Keep(FinishedCell cell)
    {
        _ahead.Add(cell.Index, cell);
        while (_ahead.Remove(_cells.Count, out var next))
        {
            Write(next);
        }

        new EvaluateProgress(_cells, _curves.Flush(), _tuning.Flush(), _summary.Flush(), [.. _ahead.Values]).Write(_directory);
    }

    private void Write(FinishedCell cell)
    {
        foreach (var row in cell.Tuning)
        {
            _tuning.Append(row);
        }

        foreach (var row in cell.Curves)
        {
            _curves.Append(row);
        }

        foreach (var row in cell.Cell.Rows)
        {
            _summary.Append(row);
        }

        _cells.Add(cell.Cell);
    }
}
