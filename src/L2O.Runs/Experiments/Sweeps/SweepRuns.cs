using L2O.Runs.Sweeps;

namespace L2O.Experiments.Sweeps;

/// <summary>Directories and commands of a sweep's runs.</summary>
/// <param name="directory">The sweep's.</param>
/// <param name="options">For every command.</param>
internal sealed class SweepRuns(string directory, IReadOnlyList<string> options)
{
    private const string Shared = "optimizers";

    /// <summary>A path as short as it can be from here.</summary>
    internal static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    internal PlannedRun Training(SweepTraining training)
    {
        var run = $"train/{training.Name}";
        return Planned(
            new()
            {
                Directory = run,
                Kind = "train",
                Config = training.Config.Name,
                Arm = training.Arm,
                MetaSeed = training.Config.Seed,
                Arguments = Arguments(
                    "train", training.File, run, [.. training.Settings.SelectMany(setting => (string[])["--set", setting])]),
            },
            training.Config,
            checkpoint: null);
    }

    /// <summary>What judges the trainings, a run each, and the config's own optimizers, in one for all.</summary>
    internal IEnumerable<PlannedRun> Judging(
        string kind, string file, ComparisonConfig config, IReadOnlyList<PlannedRun> trainings, JudgedCheckpoint checkpoint)
    {
        if (config.Optimizers.Count > 0)
        {
            var run = $"{kind}/{config.Name}/{Shared}";
            yield return Planned(
                new() { Directory = run, Kind = kind, Config = config.Name, Arguments = Arguments(kind, file, run, []) },
                config,
                checkpoint: null);
        }

        foreach (var training in trainings)
        {
            var run = $"{kind}/{config.Name}/{Path.GetFileName(training.Path)}";
            var judged = checkpoint == JudgedCheckpoint.Best
                ? training.Path
                : Path.Combine(training.Path, "checkpoints", "latest.safetensors");
            string[] without = config.Optimizers.Count > 0 ? ["--set", "optimizers=[]"] : [];
            yield return Planned(
                new()
                {
                    Directory = run,
                    Kind = kind,
                    Config = config.Name,
                    Arm = training.Run.Arm,
                    MetaSeed = training.Run.MetaSeed,
                    Of = training.Run.Directory,
                    Arguments = Arguments(kind, file, run, [.. without, "--checkpoint", judged]),
                },
                config with { Optimizers = [] },
                judged);
        }
    }

    private string[] Arguments(string kind, string file, string run, string[] more) =>
        [kind, Shown(file), .. more, .. options, "--run", PathOf(run), "--resume", "--quiet"];

    private string PathOf(string run) => Path.Combine(directory, run.Replace('/', Path.DirectorySeparatorChar));

    private PlannedRun Planned(SweepRun run, Options.IOptions config, string? checkpoint) =>
        new(run, PathOf(run.Directory), config, checkpoint);
}
