using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Runs.Sweeps;

/// <summary>
/// A row of arms.csv: one number of an arm on an optimizee, over meta-seeds and evaluation seeds, as `CrossedMean` has it. The
/// interval is empty where there is none; diverged runs make the mean infinite or NaN, and are counted. An optimizer of the
/// configs is an arm of no meta-seeds.
/// </summary>
public sealed record ArmRow(
    string Arm,
    string Config,
    string Optimizee,
    string Metric,
    double Mean,
    double? CiLow,
    double? CiHigh,
    double Least,
    double Most,
    int MetaSeeds,
    int Seeds,
    int Diverged,
    int LeftOut)
{
    internal bool IsTime => MetricKind.IsTime(Metric);

    internal static ArmRow Of(ArmNumbers arm, string config)
    {
        var mean = CrossedMean.Of(arm.Values);
        return new(
            arm.Arm.Name,
            config,
            arm.Optimizee,
            arm.Metric,
            mean.Mean,
            End(mean.Low),
            End(mean.High),
            mean.Least,
            mean.Most,
            mean.MetaSeedCount,
            mean.SeedCount,
            mean.DivergedCount,
            mean.LeftOutCount);
    }

    /// <summary>An end of an interval, or null where there is none.</summary>
    internal static double? End(double end) => double.IsNaN(end) ? null : end;
}

/// <summary>
/// A row of differences.csv: how an arm compares with the reference, run by run: same meta-seed, evaluation seed and optimizee. The
/// measure is `difference` (arm - reference) or `ratio`, the typical one over all optimizees of a config.
/// </summary>
public sealed record DifferenceRow(
    string Arm,
    string Reference,
    string Config,
    string Optimizee,
    string Metric,
    string Measure,
    double Value,
    double? CiLow,
    double? CiHigh,
    double Least,
    double Most,
    int MetaSeeds,
    int Seeds,
    int Diverged,
    int LeftOut)
{
    /// <summary>The measure of rows on one optimizee.</summary>
    public const string Difference = "difference";

    /// <summary>The measure of rows over all optimizees of a config.</summary>
    public const string Ratio = "ratio";

    /// <summary>In place of an optimizee's name, in ratios.</summary>
    public const string AllOptimizees = "all";
}
