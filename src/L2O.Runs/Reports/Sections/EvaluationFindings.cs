using L2O.Configs;
using L2O.Reports.Sources;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>What an evaluation came to, in sentences.</summary>
internal static class EvaluationFindings
{
    private const string TrainLoss = "final_train_loss";
    private const string TestAccuracy = "final_test_accuracy";

    // Longer lists are left to the tables.
    private const int MostInSentence = 6;

    internal static IEnumerable<string> Of(Study study, Comparison evaluation)
    {
        var optimizees = evaluation.Optimizees(RunTables.Curves);
        if (optimizees.Count == 0)
        {
            yield break;
        }

        yield return Asked(evaluation, optimizees);
        foreach (var (name, reference) in Pairs(study, evaluation))
        {
            if (Beside(evaluation, name, reference, optimizees) is { } sentence)
            {
                yield return sentence;
            }
        }

        foreach (var optimizee in optimizees.Take(MostInSentence))
        {
            if (Lowest(evaluation, optimizee) is { } sentence)
            {
                yield return sentence;
            }
        }

        foreach (var sentence in Diverged(evaluation, optimizees).Concat(Edges(evaluation)))
        {
            yield return sentence;
        }
    }

    // What was learned beside what the sweep names, and beside tuned Adam or the first handcrafted optimizer; without anything
    // learned the others beside that.
    private static IEnumerable<(string Name, string Reference)> Pairs(Study study, Comparison evaluation)
    {
        string[] trained = [.. evaluation.Names.Where(name => evaluation.Of(name).Any(entrant => entrant.IsTrained))];
        string[] handcrafted = [.. evaluation.Names.Where(name => evaluation.Of(name).Any(entrant => entrant.IsHandcrafted))];
        string?[] references =
        [
            study.Sweeps.FirstOrDefault(sweep => sweep.Runs.Contains(evaluation.Run))?.Index.Reference,
            handcrafted.FirstOrDefault(name => name == "adam") ?? handcrafted.FirstOrDefault(name => IsTuned(evaluation, name)) ?? handcrafted.FirstOrDefault(),
        ];
        return references.OfType<string>().Distinct().Where(evaluation.Names.Contains)
            .SelectMany(reference => (trained.Length > 0 ? trained : [.. evaluation.Names]).Where(name => name != reference)
                .Select(name => (name, reference)));
    }

    private static string Asked(Comparison evaluation, IReadOnlyList<string> optimizees) =>
        $"{Words.Count(evaluation.Names.Count, "optimizer")} on {Words.Count(optimizees.Count, "optimizee")}: "
        + $"{Words.Count(evaluation.Steps ?? 0, "step")} under {Words.Count(evaluation.Seeds ?? 0, "seed")} each."
        + (evaluation.Entrants.Select(entrant => entrant.Horizon).OfType<int>().Distinct().ToArray() is [var horizon]
            && evaluation.Steps is { } steps && steps != horizon
                ? $" What was learned was trained on runs of up to {Words.Count(horizon, "step")}." : "");

    private static string? Beside(Comparison evaluation, string name, string reference, IReadOnlyList<string> optimizees)
    {
        Pair[] pairs =
        [
            .. optimizees.SelectMany(optimizee =>
                Outcomes.Of(evaluation, name, optimizee, TrainLoss) is { } own
                && Outcomes.Of(evaluation, reference, optimizee, TrainLoss) is { } other
                    ? [new Pair(optimizee, own, other)]
                    : Array.Empty<Pair>()),
        ];
        if (pairs.Length == 0)
        {
            return null;
        }

        var below = pairs.Count(pair => pair.OwnMean.Mean < pair.OtherMean.Mean);
        var surely = pairs.Count(pair => pair.Difference.High < 0);
        var worse = pairs.Count(pair => pair.Difference.Low > 0);
        var tuned = IsTuned(evaluation, reference) && evaluation.Of(reference).Any(entrant => entrant.IsHandcrafted) ? "tuned " : "";
        var unseen = pairs.All(pair => IsUnseen(evaluation, name, pair.Optimizee)) ? "unseen " : "";
        var text = $"{name} ends below {tuned}{reference} in training loss on {below} of "
            + $"{Words.Count(pairs.Length, $"{unseen}optimizee")} after {Words.Count(evaluation.Steps ?? 0, "step")}";
        var intervals = pairs.All(pair => double.IsNaN(pair.Difference.Low))
            ? ""
            : $"; the 95% interval of the difference is below 0 on {surely}, above 0 on {worse}";
        var typical = pairs.Length > 1 ? Ratio(pairs) : "";
        var numbers = pairs.Length > MostInSentence
            ? "."
            : $": {string.Join("; ", pairs.Select(pair =>
                $"{Words.Of(pair.OwnMean)} against {Words.Of(pair.OtherMean)} on {pair.Optimizee}, a difference of {Words.OfDifference(pair.Difference)}"))}.";
        return text + intervals + typical + numbers;
    }

    private static string Ratio(Pair[] pairs)
    {
        var mean = RelativeMean.Of([.. pairs.Select(pair => (pair.Own, pair.Other))]);
        return double.IsFinite(mean.Mean) ? $"; the typical ratio is {Words.OfDifference(mean)}" : "";
    }

    private static string? Lowest(Comparison evaluation, string optimizee)
    {
        var ranked = Ranked(evaluation, optimizee, TrainLoss, isHighBest: false);
        if (ranked.Length == 0)
        {
            return null;
        }

        var accurate = Ranked(evaluation, optimizee, TestAccuracy, isHighBest: true);
        return $"On {optimizee} the lowest training loss is that of {ranked[0].Name}, {Words.Of(ranked[0].Mean)}"
            + (ranked.Length > 1 ? $", before {ranked[1].Name}, {Words.Of(ranked[1].Mean)}" : "")
            + (accurate.Length > 0 ? $"; the highest test accuracy that of {accurate[0].Name}, {Words.Of(accurate[0].Mean)}" : "") + ".";
    }

    private static (string Name, CrossedMean Mean)[] Ranked(Comparison evaluation, string optimizee, string metric, bool isHighBest) =>
    [
        .. evaluation.Names.Select(name => (name, Values: Outcomes.Of(evaluation, name, optimizee, metric)))
            .Where(entry => entry.Values is { Rows.Count: > 0 })
            .SelectMany(entry => entry.Values is { } values ? [(entry.name, CrossedMean.Of(values))] : Array.Empty<(string, CrossedMean)>())
            .Where(entry => !double.IsNaN(entry.Item2.Mean)).OrderBy(entry => isHighBest ? -entry.Item2.Mean : entry.Item2.Mean),
    ];

    private static IEnumerable<string> Diverged(Comparison evaluation, IReadOnlyList<string> optimizees)
    {
        string[] cells =
        [
            .. optimizees.SelectMany(optimizee => evaluation.Names.Select(name =>
                (Text: $"{name} on {optimizee}", Count: Outcomes.DivergedCount(evaluation, name, optimizee))))
                .Where(cell => cell.Count > 0).Select(cell => $"{cell.Text} ({cell.Count})"),
        ];
        return cells.Length == 0
            ? []
            : [$"Runs diverged: {Words.List([.. cells.Take(2 * MostInSentence)])}"
                + (cells.Length > 2 * MostInSentence ? $", and others, see the tables." : ".")];
    }

    private static IEnumerable<string> Edges(Comparison evaluation)
    {
        string[] edges =
        [
            .. evaluation.Optimizees(RunTables.Tuning).SelectMany(optimizee => evaluation.Names.Where(name =>
                TunedSettings.Edges([.. evaluation.Rows(RunTables.Tuning, name, optimizee).Select(entry => entry.Row)]).Count > 0)
                .Select(name => $"{name} on {optimizee}")),
        ];
        return edges.Length == 0
            ? []
            : [$"The setting that Validation chose lies at an edge of its grid for {Words.List([.. edges.Take(2 * MostInSentence)])}"
                + $"{(edges.Length > 2 * MostInSentence ? " and others" : "")}: a wider grid may have a better one."];
    }

    private static bool IsTuned(Comparison evaluation, string name) =>
        evaluation.Of(name).Any(entrant => entrant.Run.Rows(RunTables.Tuning).Any(row => row.Optimizer == entrant.Optimizer));

    // By what describes an optimizee, without the names and weights of configs; false where that is not known.
    private static bool IsUnseen(Comparison evaluation, string name, string optimizee)
    {
        var entries = evaluation.Run.Config.Entries("optimizees");
        var names = evaluation.Optimizees(RunTables.Curves);
        return evaluation.Of(name).First().Training is { } training
            && entries.Count == names.Count
            && names.Index().First(entry => entry.Item == optimizee).Index is var index
            && !training.Entries("optimizees").Select(Described).Contains(Described(entries[index]));
    }

    private static string Described(ConfigNode entry) =>
        entry is MapNode map ? ConfigWriter.OneLine(map.Without(["name", "weight"])) : entry.Shown;

    // An optimizer and what it is held against, on one optimizee.
    private sealed record Pair(string Optimizee, CrossedValues Own, CrossedValues Other)
    {
        internal CrossedMean OwnMean { get; } = CrossedMean.Of(Own);

        internal CrossedMean OtherMean { get; } = CrossedMean.Of(Other);

        internal CrossedMean Difference { get; } = CrossedMean.Of(Own.Minus(Other));
    }
}
