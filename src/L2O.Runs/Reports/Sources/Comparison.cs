using L2O.Runs.Tables;

namespace L2O.Reports.Sources;

/// <summary>Runs of one comparison: the same optimizees under the same conditions, whose optimizers belong side by side.</summary>
/// <param name="Kind">evaluate or analyze.</param>
/// <param name="Name">Of the config.</param>
/// <param name="Entrants">Of all runs, in their order.</param>
internal sealed record Comparison(string Kind, string Name, IReadOnlyList<Entrant> Entrants)
{
    /// <summary>Names of the optimizers and arms.</summary>
    internal IReadOnlyList<string> Names { get; } = [.. Entrants.Select(entrant => entrant.Name).Distinct()];

    /// <summary>One of the runs: they share all but their optimizers.</summary>
    internal ReportedRun Run => Entrants[0].Run;

    /// <summary>Optimizee steps that each run was to make.</summary>
    internal int? Steps => Run.Config.Whole("steps");

    /// <summary>Evaluation seeds.</summary>
    internal int? Seeds => Run.Config.Whole("seeds");

    internal IEnumerable<ReportedRun> Runs => Entrants.Select(entrant => entrant.Run).Distinct();

    internal IEnumerable<Entrant> Of(string name) => Entrants.Where(entrant => entrant.Name == name);

    /// <summary>Whether an optimizer stands for several trainings.</summary>
    internal bool IsArm(string name) => Of(name).Skip(1).Any();

    /// <summary>Names of the optimizees that have rows in a table, in their order.</summary>
    internal IReadOnlyList<string> Optimizees<TRow>(Table<TRow> table)
        where TRow : class, ICellRow =>
        [.. Runs.SelectMany(run => run.Rows(table).Select(row => row.Optimizee)).Distinct()];

    /// <summary>The rows of an optimizer on an optimizee, and the meta-seed of the training that each belongs to.</summary>
    internal IEnumerable<(long? MetaSeed, TRow Row)> Rows<TRow>(Table<TRow> table, string name, string optimizee)
        where TRow : class, ICellRow => Of(name).SelectMany(entrant => entrant.Run.Cells(table, new(entrant.Optimizer, optimizee))
            .Select(row => (entrant.MetaSeed, row)));
}
