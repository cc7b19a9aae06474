namespace L2O.Runs.Tables;

/// <summary>The tables that a run writes, while it does.</summary>
internal sealed class OpenTables : IDisposable
{
    private readonly Dictionary<Table, ITableWriter> _writers = [];

    private OpenTables()
    {
    }

    /// <summary>New tables, or those of a run that goes on, cut back to as many rows.</summary>
    /// <param name="runDirectory">Of the run.</param>
    /// <param name="tables">All that it writes.</param>
    /// <param name="reached">Null for new tables.</param>
    internal static OpenTables In(string runDirectory, IEnumerable<Table> tables, RowCounts? reached)
    {
        OpenTables open = new();
        try
        {
            foreach (var table in tables)
            {
                open._writers.Add(table, table.Open(runDirectory, reached?[table]));
            }

            return open;
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    /// <summary>How many rows there are.</summary>
    internal RowCounts Counts => RowCounts.Of(_writers.Keys, table => _writers[table].RowCount);

    /// <summary>Appends a row; from then on it survives the process.</summary>
    internal void Append<TRow>(Table<TRow> table, TRow row)
        where TRow : class => _writers[table].Append(row);

    /// <summary>Appends rows, each to its table.</summary>
    internal void Append(RowBatch rows)
    {
        foreach (var (table, row) in rows.All)
        {
            _writers[table].Append(row);
        }
    }

    /// <summary>Waits until all rows are on disk.</summary>
    /// <returns>How many there are.</returns>
    internal RowCounts Flush()
    {
        foreach (var writer in _writers.Values)
        {
            writer.Flush();
        }

        return Counts;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var writer in _writers.Values)
        {
            writer.Dispose();
        }
    }
}
