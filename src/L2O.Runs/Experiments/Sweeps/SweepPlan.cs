using L2O.Configs;
using L2O.Errors;
using L2O.Runs.Sweeps;

namespace L2O.Experiments.Sweeps;

/// <summary>Every run of a sweep, with its config, its directory and its command.</summary>
/// <param name="Name">The sweep's.</param>
/// <param name="Directory">Of its runs.</param>
/// <param name="Index">What is written there.</param>
/// <param name="Runs">Trainings first, then evaluations, then analyses.</param>
public sealed record SweepPlan(string Name, string Directory, SweepIndex Index, IReadOnlyList<PlannedRun> Runs)
{
    /// <summary>Reads a sweep and the configs that it names, and checks every run that follows.</summary>
    /// <param name="source">The sweep's file.</param>
    /// <param name="directory">Where its runs are; null for runs/NAME.</param>
    /// <param name="options">For every command, as --device cpu.</param>
    /// <exception cref="ConfigException">One line for each problem.</exception>
    public static SweepPlan Read(ConfigSource source, string? directory, IReadOnlyList<string> options)
    {
        var config = ConfigCommands.Read<SweepConfig>(source);
        ConfigProblems problems = new();
        RequireFiles(source, config, problems);
        problems.ThrowIfAny();
        directory ??= Path.Combine("runs", config.Name);
        SweepRuns runs = new(directory, options);
        var trainings = SweepTrainings.Of(config, problems);
        problems.ThrowIfAny();
        var planned = trainings.Select(training => runs.Training(training)).ToArray();
        var evaluations = Comparisons<EvaluateConfig>(config.Evaluate);
        var analyses = Comparisons<AnalyzeConfig>(config.Analyze);
        PlannedRun[] all =
        [
            .. planned,
            .. evaluations.SelectMany(file => runs.Judging("evaluate", file.Path, file.Config, planned, config.Checkpoint)),
            .. analyses.SelectMany(file => runs.Judging("analyze", file.Path, file.Config, planned, config.Checkpoint)),
        ];
        string[] optimizers =
        [
            .. evaluations.Select(file => (ComparisonConfig)file.Config).Concat(analyses.Select(file => file.Config))
                .SelectMany(comparison => comparison.Optimizers).Select(entry => entry.ShownName).Distinct(),
        ];
        RefuseClashes(
            source.Name,
            trainings,
            optimizers,
            evaluations.Select(file => file.Config.Name).Concat(analyses.Select(file => file.Config.Name)));
        var reference = SweepReference.Of(config.Reference, trainings, optimizers, problems);
        problems.ThrowIfAny();
        SweepIndex index = new()
        {
            Name = config.Name,
            File = source.Name,
            Reference = reference,
            Runs = [.. all.Select(run => run.Run)],
        };
        return new(config.Name, directory, index, all);
    }

    // A file that is no config at all says so itself; what is missing is a mistake of the sweep.
    private static void RequireFiles(ConfigSource source, SweepConfig config, ConfigProblems problems)
    {
        (string[] Key, string File)[] named =
        [
            .. config.Train.Select((file, i) => (config.Train.Count == 1 ? ["train"] : (string[])["train", $"{i}"], file)),
            .. config.Evaluate.Select((file, i) => ((string[])["evaluate", $"{i}"], file)),
            .. config.Analyze.Select((file, i) => ((string[])["analyze", $"{i}"], file)),
        ];
        foreach (var (key, file) in named.Where(entry => !File.Exists(entry.File)))
        {
            if (ConfigReader.Root(source, problems) is { } root)
            {
                problems.Add(root.Deepest(key).Position, $"{string.Join('.', key)}: {SweepRuns.Shown(file)}: no such file");
            }
        }
    }

    private static (string Path, T Config)[] Comparisons<T>(IEnumerable<string> files)
        where T : ComparisonConfig =>
        [.. files.Select(file => (file, ConfigCommands.Read<T>(ConfigSource.FromFile(SweepRuns.Shown(file), []))))];

    // Names by which tables tell optimizers, and folders tell configs, apart.
    private static void RefuseClashes(
        string file, IReadOnlyList<SweepTraining> trainings, string[] optimizers, IEnumerable<string> configs)
    {
        if (trainings.GroupBy(training => training.Name).FirstOrDefault(same => same.Count() > 1) is { Key: var run })
        {
            throw new ConfigException($"{file}: two trainings would be called {run}; let their values differ in more than signs");
        }

        if (trainings.Select(training => training.Arm).Intersect(optimizers).FirstOrDefault() is { } arm)
        {
            throw new ConfigException($"{file}: {arm} is an arm, and an optimizer of a config that judges it; give that another name");
        }

        if (configs.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { Key: var name })
        {
            throw new ConfigException($"{file}: two of its configs are called {name}; give one of them another `name`");
        }
    }
}
