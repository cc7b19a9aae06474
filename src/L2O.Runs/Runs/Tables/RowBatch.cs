namespace L2O.Runs.Tables;

/// <summary>Rows for several tables, kept until they are written together.</summary>
internal sealed class RowBatch
{
    private readonly List<(Table Table, object Row)> _rows = [];

    /// <summary>Every row with its table, in the order added.</summary>
    internal IReadOnlyList<(Table Table, object Row)> All => _rows;

    internal void Add<TRow>(Table<TRow> table, TRow row)
        where TRow : class => _rows.Add((table, row));

    internal void Add<TRow>(Table<TRow> table, IEnumerable<TRow> rows)
        where TRow : class => _rows.AddRange(rows.Select(row => ((Table)table, (object)row)));

    internal void Add(RowBatch other) => _rows.AddRange(other._rows);

    /// <summary>The rows for one table.</summary>
    internal IEnumerable<TRow> Of<TRow>(Table<TRow> table)
        where TRow : class => _rows.Where(entry => entry.Table == table).Select(entry => (TRow)entry.Row);

    /// <summary>How many rows there are for each of some tables.</summary>
    internal RowCounts Count(IEnumerable<Table> tables) =>
        RowCounts.Of(tables, table => _rows.Count(entry => entry.Table == table));
}
