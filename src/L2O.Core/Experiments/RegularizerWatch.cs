using L2O.MetaTraining;
using Serilog;

namespace L2O.Experiments;

/// <summary>Warns of a regularizer that does nothing, or leaves nothing else, over a stretch of unrolls.</summary>
/// <param name="kind">The regularizer's kind, for the message.</param>
/// <param name="log">Gets the warnings.</param>
internal sealed class RegularizerWatch(string kind, ILogger log)
{
    private const int StretchLength = 25;
    private const double TooLarge = 0.9;

    private int _idle;
    private int _dominant;

    /// <summary>Looks at one unroll; a stretch is warned about once, when it has become one.</summary>
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
                "Regularizer {Kind} made no part of the gradient in the last {Count} unrolls; raise regularizer.weight",
                kind,
                StretchLength);
        }

        if (_dominant == StretchLength)
        {
            log.Warning(
                "Regularizer {Kind} made over {Share} of the gradient in each of the last {Count} unrolls; lower regularizer.weight",
                kind,
                TooLarge,
                StretchLength);
        }
    }
}
