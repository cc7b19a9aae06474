namespace L2O.Runs.Tables;

/// <summary>How many rows each of a run's tables has.</summary>
/// <param name="ByTable">By the tables' names.</param>
internal sealed record RowCounts(IReadOnlyDictionary<string, long> ByTable)
{
    /// <summary>Those of some tables.</summary>
    internal static RowCounts Of(IEnumerable<Table> tables, Func<Table, long> count) =>
        new(tables.ToDictionary(table => table.Name, count));

    /// <summary>Of one table; 0 where it has none.</summary>
    internal long this[Table table] => ByTable.GetValueOrDefault(table.Name);

    /// <summary>Whether no table has fewer rows than in the other.</summary>
    internal bool Reach(RowCounts other) => other.ByTable.All(entry => ByTable.GetValueOrDefault(entry.Key) >= entry.Value);
}
