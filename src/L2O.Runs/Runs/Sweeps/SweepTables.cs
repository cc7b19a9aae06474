using L2O.Runs.Tables;

namespace L2O.Runs.Sweeps;

/// <summary>The tables of a sweep, in its directory.</summary>
public static class SweepTables
{
    /// <summary>sweep summarize: one row for each number of each arm on each optimizee.</summary>
    public static readonly Table<ArmRow> Arms = new(
        "arms", row => row.IsTime ? row with { Mean = 0, CiLow = null, CiHigh = null, Least = 0, Most = 0 } : row);

    /// <summary>sweep summarize: one row for each number of each arm beside the reference.</summary>
    public static readonly Table<DifferenceRow> Differences = new("differences");
}
