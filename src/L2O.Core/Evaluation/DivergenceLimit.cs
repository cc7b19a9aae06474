namespace L2O.Evaluation;

/// <summary>The loss above which a run counts as diverged.</summary>
/// <param name="factor">Multiple of the run's first loss, or of 1 where that is larger: near zero a multiple means nothing.</param>
internal sealed class DivergenceLimit(double factor)
{
    private double? _limit;

    /// <summary>Whether the last loss was above the limit or not finite.</summary>
    internal bool IsExceeded { get; private set; }

    /// <summary>Looks at the next loss of the run.</summary>
    internal bool IsExceededBy(double loss)
    {
        _limit ??= Math.Max(Math.Abs(loss), 1) * factor;
        IsExceeded = !double.IsFinite(loss) || loss > _limit;
        return IsExceeded;
    }
}
