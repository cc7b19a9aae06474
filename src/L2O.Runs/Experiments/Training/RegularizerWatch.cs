using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Registration;
using Serilog;

namespace L2O.Experiments.Training;

/// <summary>Warns of a regularizer that does nothing, or leaves nothing else, over a stretch of unrolls.</summary>
/// <param name="options">The regularizer's; its kind is named in the warnings.</param>
/// <param name="log">Gets the warnings.</param>
internal sealed class RegularizerWatch(RegularizerOptions options, ILogger log)
{
    private const int StretchLength = 25;
    private const double TooLarge = 0.9;

    private readonly string _kind = Registry.KindOf(options.Metric);
    private int _idle;
    private int _dominant;

    /// <summary>Looks at the schedule: it may leave out every unroll.</summary>
    /// <param name="mostUnrolls">Unrolls in the longest meta-iteration.</param>
    internal void Begin(int mostUnrolls)
    {
        var isAsked = options is { IsNone: false, Weight: > 0, Target: RegularizerTarget.Optimizer };
        if (isAsked && !Enumerable.Range(0, mostUnrolls).Any(i => RegularizerSchedule.Includes(options, i, mostUnrolls)))
        {
            log.Warning(
                "Regularizer {Kind} does nothing: its schedule leaves out each of a meta-iteration's unrolls, at most {Count}; "
                + "choose regularizer.schedule all, or another fraction",
                _kind,
                mostUnrolls);
        }
    }

    /// <summary>Looks at one unroll that was regularized; a stretch is warned about once, when it has become one.</summary>
    internal void See(RegularizerLedger ledger)
    {
        if (ledger.Share is not { } share)
        {
            return;
        }

        _idle = share == 0 ? _idle + 1 : 0;
        _dominant = share > TooLarge ? _dominant + 1 : 0;
        if (_idle == StretchLength)
        {
            log.Warning(
                "Regularizer {Kind} made no part of the gradient in the last {Count} unrolls that have it: its own gradient is "
                + "zero there; choose another kind, or an optimizee whose curvature changes",
                _kind,
                StretchLength);
        }

        if (_dominant == StretchLength)
        {
            log.Warning(
                "Regularizer {Kind} made over {Share} of the gradient in each of the last {Count} unrolls that have it; "
                + "lower regularizer.weight",
                _kind,
                TooLarge,
                StretchLength);
        }
    }
}
