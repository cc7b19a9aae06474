using L2O.Errors;
using L2O.Statistics;

namespace L2O.Runs.Sweeps;

/// <summary>What the runs of a sweep come to, made of its directory alone.</summary>
/// <param name="Arms">Of every arm: config by config, optimizee by optimizee, number by number.</param>
/// <param name="Differences">To the reference, in the same order; the ratios of a config follow its differences.</param>
public sealed record SweepResults(IReadOnlyList<ArmRow> Arms, IReadOnlyList<DifferenceRow> Differences)
{
    /// <summary>Evaluations and analyses that are not complete, and are left out.</summary>
    public IReadOnlyList<MissingRun> Missing { get; init; } = [];

    /// <summary>
    /// Of the runs that are complete: the numbers of outcomes.csv and flatness.csv. Meta-seeds and evaluation seeds are replicates,
    /// and crossed (<see cref="CrossedMean"/>). Of times there are no differences.
    /// </summary>
    /// <param name="sweepDirectory">Holds sweep.json.</param>
    /// <exception cref="ConfigException">It holds no sweep.</exception>
    /// <exception cref="CheckpointException">A file of a run is damaged.</exception>
    public static SweepResults Of(string sweepDirectory)
    {
        var index = SweepIndex.Read(sweepDirectory);
        SweepRun[] judged = [.. index.Runs.Where(run => run.Kind is "evaluate" or "analyze")];
        MissingRun[] missing = [.. judged.Select(run => MissingRun.Of(run, sweepDirectory)).OfType<MissingRun>()];
        var left = missing.Select(run => run.Directory).ToHashSet();
        var arms = index.Arms();
        List<ArmRow> armRows = [];
        List<DifferenceRow> differences = [];
        foreach (var config in judged.Where(run => !left.Contains(run.Directory)).GroupBy(run => (run.Kind, run.Config)))
        {
            ArmNumbers[] numbers = [.. ArmNumbers.Of(config.SelectMany(run => SweepNumber.In(run, sweepDirectory)), arms)];
            armRows.AddRange(numbers.Select(arm => ArmRow.Of(arm, config.Key.Config)));
            if (index.Reference is { } reference)
            {
                ReferenceComparison comparison = new(new(reference, IsTrained: arms.Contains(reference)), config.Key.Config, numbers);
                differences.AddRange([.. comparison.Differences(), .. comparison.Ratios()]);
            }
        }

        return new(armRows, differences) { Missing = missing };
    }

    /// <summary>Writes arms.csv and differences.csv, in place of those that are there.</summary>
    /// <param name="sweepDirectory">The sweep's.</param>
    /// <exception cref="StorageException">They cannot be written.</exception>
    public void Write(string sweepDirectory)
    {
        SweepTables.Arms.Write(sweepDirectory, Arms);
        SweepTables.Differences.Write(sweepDirectory, Differences);
    }
}
