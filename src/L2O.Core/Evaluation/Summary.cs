using L2O.Statistics;

namespace L2O.Evaluation;

/// <summary>One number about an optimizer on an optimizee, over seeds.</summary>
/// <param name="Metric">Name of the number.</param>
/// <param name="Values">Statistics over the runs that have it.</param>
/// <param name="Diverged">Runs that diverged.</param>
internal sealed record SummaryEntry(string Metric, SampleMean Values, int Diverged);

/// <summary>Turns the outcomes of runs into the numbers that tables show.</summary>
internal static class Summary
{
    /// <summary>All numbers for one optimizer on one optimizee.</summary>
    /// <param name="curves">One for each seed, at least one.</param>
    /// <param name="targets">Of <see cref="Outcome.Of"/>; runs that never reach one do not count.</param>
    public static IReadOnlyList<SummaryEntry> Of(IReadOnlyList<Curve> curves, IReadOnlyList<double> targets)
    {
        var diverged = curves.Count(curve => curve.IsDiverged);
        IReadOnlyList<Outcome>[] runs = [.. curves.Select(curve => Outcome.Of(curve, targets))];
        return
        [
            .. runs[0].Select((outcome, i) => new SummaryEntry(
                outcome.Metric, SampleMean.Of([.. runs.Select(run => run[i].Value).OfType<double>()]), diverged)),
        ];
    }
}
