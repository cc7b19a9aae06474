using System.Globalization;
using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Registration;
using L2O.Runs.Tables;

namespace L2O.Experiments.Training;

/// <summary>What a meta-training came to.</summary>
/// <param name="HasHelped">Whether a phi that was trained did better on Validation than the untrained one.</param>
/// <param name="Sentences">What was reached, and when; what the regularizer made of the gradient.</param>
public sealed record TrainSummary(bool HasHelped, IReadOnlyList<string> Sentences)
{
    private const int ShareUnrolls = 20;

    // Longer lists are left to the table.
    private const int MostListed = 3;

    private const string DidNotHelp = "did not help; best.safetensors is the untrained phi";

    /// <summary>That of a training which has come to its end, from its tables.</summary>
    internal static TrainSummary Of(string runDirectory, RegularizerOptions options, RegularizerCalibration regularizer)
    {
        var rows = RunTables.Validation.RowsIn(runDirectory);
        var hasHelped = SavedAt(rows) > rows[0].Iteration;
        return new(hasHelped, [.. OfValidation(rows, hasHelped), .. OfRegularizer(runDirectory, options, regularizer)]);
    }

    private static IEnumerable<string> OfValidation(IReadOnlyList<ValidationRow> rows, bool hasHelped)
    {
        // Stages are validated over lengths of their own, so only rows of one stage compare.
        var last = rows[^1];
        var stage = rows.Where(row => row.Stage == last.Stage).ToArray();
        string[] optimizees = [.. stage.Where(row => row.Iteration == last.Iteration).Select(row => row.Optimizee)];
        var isOne = optimizees.Length == 1;
        var where = last.Stage == 0 ? "" : $" in stage {last.Stage}";
        var isJoined = isOne && last.Stage == 0 && !hasHelped;
        var isShort = optimizees.Length > MostListed && stage.All(row => row.MeanFinalLoss > 0);
        if (isShort)
        {
            yield return $"Validation of {optimizees.Length} optimizees{where}: {Left(stage)}";
        }

        foreach (var optimizee in isShort ? [] : optimizees)
        {
            var of = isOne ? "" : $" of {optimizee}";
            var colon = isOne && where.Length == 0 ? "" : ":";
            yield return $"Validation{of}{where}{colon} {Course([.. stage.Where(row => row.Optimizee == optimizee)], isOne)}"
                + (isJoined ? $": training {DidNotHelp}" : "");
        }

        if (!hasHelped && !isJoined)
        {
            yield return $"Training {DidNotHelp}";
        }
        else if (last.Stage > 0)
        {
            yield return $"The best phi, in best.safetensors, is that of iteration {SavedAt(rows)}";
        }
    }

    // Iterations at which nothing was saved open a stage: from the best phi of the stage before.
    private static long SavedAt(IReadOnlyList<ValidationRow> rows)
    {
        var openings = rows.Where(row => row.Stage > 0).GroupBy(row => row.Stage)
            .ToDictionary(stage => stage.Key, stage => stage.First().Iteration);
        return rows.Last(row => row.Best && openings.GetValueOrDefault(row.Stage, -1) != row.Iteration).Iteration;
    }

    // What is left of the losses that the stage began with; the best counts over all optimizees.
    private static string Left(ValidationRow[] rows)
    {
        var first = rows.TakeWhile(row => row.Iteration == rows[0].Iteration).ToDictionary(row => row.Optimizee, row => row.MeanFinalLoss);
        var best = (rows.LastOrDefault(row => row.Best) ?? rows[0]).Iteration;
        string At(long iteration)
        {
            double[] left =
            [
                .. rows.Where(row => row.Iteration == iteration && first.ContainsKey(row.Optimizee))
                    .Select(row => row.MeanFinalLoss / first[row.Optimizee]),
            ];
            return $"{Text(left.Min(), "G2")} to {Text(left.Max(), "G2")}";
        }

        var start = rows[0].Stage == 0 ? "the untrained loss" : "the loss at its start";
        return best == rows[^1].Iteration
            ? $"{At(best)} of {start} is left at {best}, the best and the last"
            : $"{At(best)} of {start} is left at {best}, the best, and {At(rows[^1].Iteration)} at {rows[^1].Iteration}, the last";
    }

    private static string Course(ValidationRow[] rows, bool isOne)
    {
        // One that a resumption by force brought in may have none that is the best.
        var (first, last) = (rows[0], rows[^1]);
        var best = rows.LastOrDefault(row => row.Best) ?? first;
        var gain = best.Iteration > first.Iteration && first.MeanFinalLoss > 0 && best.MeanFinalLoss >= 0
            ? $" ({Text(best.MeanFinalLoss / first.MeanFinalLoss, "G2")} of {(first.Stage == 0 ? "the untrained" : "that")})"
            : "";
        var then = $"{Text(best.MeanFinalLoss)} at {best.Iteration}";
        return $"{Text(first.MeanFinalLoss)} at iteration {first.Iteration}, "
            + (isOne ? $"best {then}{gain}, " : $"{then}, the best over all optimizees{gain}, ")
            + $"last {Text(last.MeanFinalLoss)} at {last.Iteration}";
    }

    private static IEnumerable<string> OfRegularizer(
        string runDirectory, RegularizerOptions options, RegularizerCalibration regularizer)
    {
        if (options.IsNone || options.GivenWeight == 0)
        {
            yield break;
        }

        var name = $"Regularizer {Registry.KindOf(options.Metric)}";
        if (regularizer.WeightUnder(options) is not { } weight)
        {
            yield return $"{name}: no weight, for {regularizer.Ratios.Count} of {RegularizerCalibration.UnrollCount} unrolls were "
                + "measured; it never counted";
            yield break;
        }

        MetaRow[] rows = [.. RunTables.Meta.RowsIn(runDirectory).Where(row => row.Skipped == 0)];
        double[] shares = [.. rows.Select(row => row.RegularizerShare).OfType<double>().TakeLast(ShareUnrolls)];

        // Evolution strategies have values alone.
        double[] values = options.Share is null && shares.Length == 0
            ? [.. rows.Select(row => row.RegularizerValue).OfType<double>().TakeLast(ShareUnrolls)]
            : [];
        var asked = options.Share is { } share ? $" (regularizer.share: {Text(share)})" : "";
        yield return (shares.Length, values.Length) switch
        {
            (0, 0) => $"{name}: weight {Text(weight)}, in no unroll",
            (0, var count) => $"{name}: weight {Text(weight)}, a value of {Text(values.Average(), "G2")} over the last {count} unrolls "
                + "that have it",
            (var count, _) => $"{name}: weight {Text(weight)}, a share of {Text(shares.Average(), "G2")} over the last {count} unrolls "
                + $"that have it{asked}",
        };
    }

    private static string Text(double value, string format = "G4") => value.ToString(format, CultureInfo.InvariantCulture);
}
