using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Runs.Sweeps;

/// <summary>The arms of a config beside the reference.</summary>
/// <param name="reference">What they are compared with.</param>
/// <param name="config">Its name.</param>
/// <param name="numbers">Of all arms, the reference's too.</param>
internal sealed class ReferenceComparison(ComparedArm reference, string config, IReadOnlyList<ArmNumbers> numbers)
{
    private readonly ArmNumbers[] _numbers = [.. numbers.Where(arm => !MetricKind.IsTime(arm.Metric))];

    /// <summary>Differences to it, on each optimizee.</summary>
    internal IEnumerable<DifferenceRow> Differences()
    {
        foreach (var number in _numbers.GroupBy(arm => (arm.Optimizee, arm.Metric)))
        {
            if (number.FirstOrDefault(arm => arm.Arm == reference) is { } compared)
            {
                foreach (var arm in number.Where(arm => arm.Arm != reference))
                {
                    var difference = CrossedMean.Of(arm.Values.Minus(compared.Values));
                    yield return RowOf(arm.Arm, arm.Optimizee, arm.Metric, DifferenceRow.Difference, difference);
                }
            }
        }
    }

    /// <summary>
    /// Typical ratios to it over the optimizees, of numbers that are positive. Where an arm or the reference lacks the number on an
    /// optimizee, as of a target that it never reached there, the others would say too little: then there is no ratio.
    /// </summary>
    internal IEnumerable<DifferenceRow> Ratios()
    {
        foreach (var metric in _numbers.Where(arm => !MetricKind.IsGap(arm.Metric)).GroupBy(arm => arm.Metric))
        {
            var compared = metric.Where(arm => arm.Arm == reference).ToDictionary(arm => arm.Optimizee, arm => arm.Values);
            foreach (var arm in metric.Where(arm => arm.Arm != reference).GroupBy(arm => arm.Arm))
            {
                var values = arm.ToDictionary(number => number.Optimizee, number => number.Values);
                if (values.Keys.ToHashSet().SetEquals(compared.Keys) && values.Values.Concat(compared.Values).All(IsPositive))
                {
                    var ratio = RelativeMean.Of([.. values.Select(of => (of.Value, compared[of.Key]))]);
                    yield return RowOf(arm.Key, DifferenceRow.AllOptimizees, metric.Key, DifferenceRow.Ratio, ratio);
                }
            }
        }
    }

    private static bool IsPositive(CrossedValues values) =>
        values.Rows.All(row => row.All(value => value > 0 || double.IsNaN(value)));

    private DifferenceRow RowOf(ComparedArm arm, string optimizee, string metric, string measure, CrossedMean mean) => new(
        arm.Name,
        reference.Name,
        config,
        optimizee,
        metric,
        measure,
        mean.Mean,
        ArmRow.End(mean.Low),
        ArmRow.End(mean.High),
        mean.Least,
        mean.Most,
        mean.MetaSeedCount,
        mean.SeedCount,
        mean.DivergedCount,
        mean.LeftOutCount);
}
