using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Registration;
using Serilog;

namespace L2O.Experiments.Training;

/// <summary>
/// Warns of a regularizer that does nothing, or leaves nothing else, or drifts away from the share that it was to have,
/// over a stretch of unrolls.
/// </summary>
/// <param name="options">The regularizer's; its kind is named in the warnings.</param>
/// <param name="log">Gets the warnings.</param>
internal sealed class RegularizerWatch(RegularizerOptions options, ILogger log)
{
    private const int StretchLength = 25;
    private const double TooSmall = 1e-3;
    private const double TooLarge = 0.9;
    private const double Drift = 5;

    private readonly string _kind = Registry.KindOf(options.Metric);
    private readonly (double Low, double High) _band = BandOf(options.Share);
    private readonly Stretch _zero = new(StretchLength);
    private readonly Stretch _low = new(StretchLength);
    private readonly Stretch _high = new(StretchLength);

    /// <summary>Warns of a schedule that leaves out every unroll.</summary>
    /// <param name="mostUnrolls">Unrolls in the longest meta-iteration.</param>
    internal void CheckSchedule(int mostUnrolls)
    {
        var isAsked = options is { IsNone: false, GivenWeight: null or > 0, Target: RegularizerTarget.Optimizer };
        if (isAsked && !Enumerable.Range(0, mostUnrolls).Any(i => RegularizerSchedule.Includes(options, i, mostUnrolls)))
        {
            log.Warning(
                "Regularizer {Kind} does nothing: its schedule leaves out each of a meta-iteration's unrolls, at most {Count}; "
                + "choose regularizer.schedule all, or another fraction",
                _kind,
                mostUnrolls);
        }
    }

    /// <summary>Logs the weight where it has just been set from what was measured.</summary>
    internal void CheckWeight(RegularizerCalibration before, RegularizerCalibration after)
    {
        if (before.Weight is null && after.Weight is { } weight)
        {
            log.Information(
                "Regularizer {Kind}: weight {Weight:G4}, from the median ratio over {Count} unrolls, for a share of {Share}",
                _kind,
                weight,
                after.Ratios.Count,
                options.Share);
        }
    }

    /// <summary>Warns of a training that is over before the weight was set.</summary>
    internal void CheckEnd(RegularizerCalibration reached)
    {
        if (!options.IsNone && reached.WeightUnder(options) is null)
        {
            log.Warning(
                "Regularizer {Kind} never counted: of the {All} unrolls that set its weight {Count} were measured; "
                + "raise meta.iterations, or give regularizer.weight",
                _kind,
                RegularizerCalibration.UnrollCount,
                reached.Ratios.Count);
        }
    }

    /// <summary>Counts one unroll, and warns once of a stretch that it completes.</summary>
    internal void CheckUnroll(RegularizerLedger ledger)
    {
        if (ledger.Share is not { } share)
        {
            return;
        }

        var isLittle = _low.IsCompletedBy(share, share < _band.Low);
        if (_zero.IsCompletedBy(share, share == 0))
        {
            log.Warning(
                "Regularizer {Kind} made no part of the gradient in the last {Count} unrolls that have it: its own gradient is "
                + "zero there; choose another kind, or an optimizee whose curvature changes",
                _kind,
                StretchLength);
        }

        // A stretch of zeros has been warned of.
        if (isLittle && _low.Largest > 0)
        {
            WarnOfLittle(_low.Largest);
        }

        if (_high.IsCompletedBy(share, share > _band.High))
        {
            WarnOfMuch(_high.Smallest);
        }
    }

    private void WarnOfLittle(double most)
    {
        if (options.Share is { } asked)
        {
            log.Warning(
                "Regularizer {Kind} made at most {Most:G3} of the gradient in each of the last {Count} unrolls that have it, where "
                + "regularizer.share asks for {Share}: its weight was set where it made more; choose a later regularizer.start",
                _kind,
                most,
                StretchLength,
                asked);
        }
        else
        {
            log.Warning(
                "Regularizer {Kind} made at most {Most:G3} of the gradient in each of the last {Count} unrolls that have it, under "
                + "{Least}, and does next to nothing; raise regularizer.weight, or give regularizer.share: 0.1 in its place",
                _kind,
                most,
                StretchLength,
                TooSmall);
        }
    }

    private void WarnOfMuch(double least)
    {
        if (options.Share is { } asked)
        {
            log.Warning(
                "Regularizer {Kind} made at least {Least:G3} of the gradient in each of the last {Count} unrolls that have it, "
                + "where regularizer.share asks for {Share}: its weight was set where it made less; choose a later regularizer.start",
                _kind,
                least,
                StretchLength,
                asked);
        }
        else
        {
            log.Warning(
                "Regularizer {Kind} made over {Share} of the gradient in each of the last {Count} unrolls that have it; "
                + "lower regularizer.weight, or give regularizer.share: 0.1 in its place",
                _kind,
                TooLarge,
                StretchLength);
        }
    }

    // By share / (1 - share), which goes with the weight.
    private static (double Low, double High) BandOf(double? asked)
    {
        static double ShareOf(double odds) => odds / (1 + odds);
        return asked is { } share && share / (1 - share) is var odds
            ? (ShareOf(odds / Drift), ShareOf(odds * Drift))
            : (TooSmall, TooLarge);
    }

    /// <summary>Unrolls in a row of which something holds.</summary>
    private sealed class Stretch(int length)
    {
        private int _count;

        internal double Smallest { get; private set; }

        internal double Largest { get; private set; }

        /// <summary>Counts one more; true for the one that makes it as long as that, and no other of the same stretch.</summary>
        internal bool IsCompletedBy(double share, bool holds)
        {
            (Smallest, Largest) = _count == 0 ? (share, share) : (Math.Min(Smallest, share), Math.Max(Largest, share));
            _count = holds ? _count + 1 : 0;
            return _count == length;
        }
    }
}
