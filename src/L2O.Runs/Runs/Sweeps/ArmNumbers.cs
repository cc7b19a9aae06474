using L2O.Statistics;

namespace L2O.Runs.Sweeps;

/// <summary>One number of an arm on an optimizee: of every meta-seed and evaluation seed.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Optimizee">What was trained.</param>
/// <param name="Metric">Name of the number.</param>
/// <param name="Values">Its values; a run that does not have it is missing.</param>
internal sealed record ArmNumbers(ComparedArm Arm, string Optimizee, string Metric, CrossedValues Values)
{
    /// <summary>Those of the runs of one config: optimizee by optimizee, number by number, arm by arm.</summary>
    /// <param name="numbers">In the order of the sweep.</param>
    /// <param name="arms">Names of the trained arms, in order; the other optimizers follow them.</param>
    internal static IEnumerable<ArmNumbers> Of(IEnumerable<SweepNumber> numbers, IReadOnlyList<string> arms)
    {
        string[] places = [.. arms];
        return numbers.GroupBy(number => number.Optimizee).SelectMany(optimizee => Known([.. optimizee])
            .GroupBy(number => number.Metric).SelectMany(metric => metric
                .GroupBy(number => number.Arm)
                .OrderBy(arm => arm.Key.IsTrained ? Array.IndexOf(places, arm.Key.Name) : places.Length)
                .Select(arm => new ArmNumbers(arm.Key, optimizee.Key, metric.Key, CrossedValues.Of(Cells(arm))))
                .Where(arm => arm.Values.Seeds.Count > 0)));
    }

    // An analysis has NaN for every metric where a run diverged, also for those that the optimizee does not have.
    private static IEnumerable<SweepNumber> Known(SweepNumber[] ofOptimizee)
    {
        HashSet<string> known =
            [.. ofOptimizee.Where(number => number is { IsDiverged: false, Value: not null }).Select(number => number.Metric)];
        return known.Count == 0 ? ofOptimizee : ofOptimizee.Where(number => known.Contains(number.Metric));
    }

    // A target that a config names twice is in its tables twice.
    private static CrossedCell[] Cells(IEnumerable<SweepNumber> numbers) =>
    [
        .. numbers.DistinctBy(number => (number.MetaSeed, number.Seed))
            .Where(number => number.Value is not null)
            .Select(number => new CrossedCell(number.MetaSeed, number.Seed, number.Value ?? double.NaN)),
    ];
}
