using System.Globalization;
using L2O.Reports.Documents;
using L2O.Reports.Sources;
using L2O.Runs;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>How to make it again: commands, configs, data, program, machine.</summary>
internal static class AgainSection
{
    private const int MostCommands = 12;
    private const int MostKeys = 40;
    private const int MostConfigs = 8;
    private const int LongestValue = 60;

    internal static Section Of(Material material)
    {
        var study = material.Study;
        return new(
            "again",
            "How to make it again",
            [
                .. study.Runs.Count == 0 ? [] : Commands(study),
                .. study.Runs.GroupBy(run => run.Info.Kind).Select(runs => Differences(runs.Key, [.. runs])).OfType<TableBlock>(),
                .. study.Runs.Where(run => run.Config.Text.Length > 0).DistinctBy(run => (run.Info.Kind, run.Info.Name)).Take(MostConfigs)
                    .Select(run => new Folded($"The whole config of {run.Label}", run.Config.File, run.Config.Text)),
                .. Files("Data: SHA-256 of the files that were read.", study, info => info.Data),
                .. Files("Checkpoints: SHA-256 of the files that were read.", study, info => info.Checkpoints),
                .. Files("Plug-ins: SHA-256 of the files that were loaded.", study, info => info.Plugins.ToDictionary(
                    plugin => $"{plugin.Key} {plugin.Value.Version}", plugin => plugin.Value.Sha256)),
                .. study.Runs.Count == 0 ? [] : new Block[] { Machine(study), Runs(study) },
            ]);
    }

    private static IEnumerable<Block> Commands(Study study)
    {
        string[] runs =
        [
            .. study.Runs.Where(run => run.Place is null).Take(MostCommands).Select(run =>
                $"l2o {run.Info.Kind} {ShellWord.Of(run.Config.File)} --run {ShellWord.Of($"{Path.TrimEndingDirectorySeparator(run.Directory)}-again")}{Plugins([run])}"),
        ];
        var others = study.Runs.Count(run => run.Place is null) - runs.Length;
        yield return new Paragraph(
            "The same config, data and program give the same tables to the byte on one machine, seconds aside; another processor may round "
            + "otherwise. Of a run its directory holds the whole config.");
        yield return new Commands(
        [
            .. study.Sweeps.Select(sweep => $"scripts/sweep.sh{Plugins(sweep.Runs)} {ShellWord.Of(sweep.Index.File)}"),
            .. runs,
            $"l2o report {string.Join(' ', study.Directories.Select(ShellWord.Of))}",
        ]);
        if (others > 0)
        {
            yield return new Paragraph($"And {others} more in the same way.");
        }
    }

    private static string Plugins(IEnumerable<ReportedRun> runs) => string.Concat(
        runs.SelectMany(run => run.Info.Plugins.Keys).Distinct().Select(name => $" --plugin {ShellWord.Of($"{name}.dll")}"));

    // Of runs of one kind, the keys that not all give the same value.
    private static TableBlock? Differences(string kind, ReportedRun[] runs)
    {
        if (runs.Length < 2)
        {
            return null;
        }

        var configs = runs.Select(run => run.Config.Values().GroupBy(value => value.Key)
            .ToDictionary(same => same.Key, same => same.First().Value)).ToArray();
        string[][] rows =
        [
            .. configs.SelectMany(config => config.Keys).Distinct().Select(key => (
                    Key: key, Values: configs.Select(config => config.GetValueOrDefault(key, "absent")).CountBy(value => value).ToArray()))
                .Where(row => row.Values.Length > 1)
                .Select(row => (string[])[row.Key, Values(row.Values)]),
        ];
        return rows.Length == 0
            ? null
            : new(
                $"How the configs of the {runs.Length} runs of l2o {kind} differ: keys, and their values with the number of runs that have them."
                + (rows.Length > MostKeys ? $" {rows.Length - MostKeys} more keys differ." : ""),
                ["key", "values"],
                [.. rows.Take(MostKeys)]);
    }

    private static string Values(KeyValuePair<string, int>[] values)
    {
        const int Most = 12;
        var shown = string.Join("; ", values.Take(Most).Select(value => $"{Shortened(value.Key)} ({value.Value})"));
        return values.Length > Most ? $"{shown}; and {values.Length - Most} more" : shown;
    }

    private static string Shortened(string text) => text.Length <= LongestValue ? text : $"{text[..(LongestValue - 1)]}…";

    private static IEnumerable<Block> Files(
        string caption, Study study, Func<RunInfo, IReadOnlyDictionary<string, string>> filesOf)
    {
        const int Most = 60;
        string[][] rows = [.. study.Runs.SelectMany(run => filesOf(run.Info)).Distinct().Select(file => (string[])[file.Key, file.Value])];
        return rows.Length == 0
            ? []
            : [new TableBlock(rows.Length > Most ? $"{caption} {rows.Length - Most} more are in the runs' run.json." : caption, ["file", "SHA-256"], [.. rows.Take(Most)])];
    }

    private static TableBlock Machine(Study study)
    {
        string Of(Func<RunInfo, string?> fact) =>
            string.Join("; ", study.Runs.Select(run => fact(run.Info) ?? "unknown").Distinct().Take(10));
        return new(
            "Program and machine.",
            ["what", "value"],
            [
                ["commit", Of(info => info.GitCommit)],
                .. study.Runs.SelectMany(run => run.Info.Versions.Keys).Distinct()
                    .Select(name => (string[])[name, Of(info => info.Versions.GetValueOrDefault(name))]),
                ["machine", Of(info => info.Host)],
                ["processor", Of(info => info.Processor)],
                ["device", Of(info => info.Device)],
                ["threads", Of(info => info.ThreadCount.ToString(CultureInfo.InvariantCulture))],
            ]);
    }

    private static TableBlock Runs(Study study) => new(
        "The runs.",
        ["run", "command", "config", "seed", "state", "begun", "took"],
        [
            .. study.Runs.Select(run => (string[])
            [
                run.Label,
                run.Info.Kind,
                run.Info.Name,
                run.Info.Seed.ToString(CultureInfo.InvariantCulture),
                StateWord.Of(run),
                Words.Time(run.Info.Start),
                run.Info.End is { } end ? NumberText.OfTime((end - run.Info.Start).TotalSeconds) : "-",
            ]),
        ]);
}
