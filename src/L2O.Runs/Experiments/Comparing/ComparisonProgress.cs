using L2O.Errors;
using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>A cell that is done.</summary>
/// <param name="Optimizer">Name of the optimizer.</param>
/// <param name="Optimizee">Name of the optimizee.</param>
/// <param name="Rows">How many rows it has in each table, by the table's name.</param>
internal sealed record DoneCell(string Optimizer, string Optimizee, IReadOnlyDictionary<string, long> Rows)
{
    internal CellName Name => new(Optimizer, Optimizee);
}

/// <summary>
/// How far a comparison has come: the cells whose rows are in the tables, in the order in which they were done. A cell is
/// pure, so a run that was interrupted in the middle of one does it again and writes the same rows.
/// </summary>
internal sealed record ComparisonProgress(IReadOnlyList<DoneCell> Cells)
{
    /// <summary>What a run directory says; no cells where none is done.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    internal static ComparisonProgress In(string runDirectory) =>
        ProgressFile.Read<ComparisonProgress>(runDirectory) ?? new([]);

    /// <summary>How many rows the tables have then.</summary>
    internal RowCounts Rows(IEnumerable<Table> tables) =>
        RowCounts.Of(tables, table => Cells.Sum(cell => cell.Rows.GetValueOrDefault(table.Name)));

    /// <summary>Makes sure that the cells which are done have rows in every table.</summary>
    /// <param name="runDirectory">Of the run that did them.</param>
    /// <param name="tables">All that get rows cell by cell.</param>
    /// <exception cref="CheckpointException">They were done by a version that did not know one of the tables.</exception>
    internal void CheckTables(string runDirectory, IEnumerable<Table> tables)
    {
        if (tables.FirstOrDefault(table => Cells.Any(cell => !cell.Rows.ContainsKey(table.Name))) is { } unknown)
        {
            throw new CheckpointException(
                $"{unknown.PathIn(runDirectory)}: another version of l2o, which {RunInfo.FileName} names, did a part of this run without "
                + "this table; go on with that version, or start a new run");
        }
    }

    /// <summary>Makes sure that a config still has every cell that is done.</summary>
    /// <param name="runDirectory">Of the run that did them.</param>
    /// <param name="cells">The config's.</param>
    /// <exception cref="ConfigException">It lacks one.</exception>
    internal void Check(string runDirectory, IReadOnlyCollection<CellName> cells)
    {
        if (Cells.Select(cell => cell.Name).Except(cells).FirstOrDefault() is { } gone)
        {
            throw new ConfigException(
                $"{ProgressFile.PathIn(runDirectory)}: {gone} is done, and the config no longer has it; name it again, or "
                + "start a new run");
        }
    }
}
