using L2O.Checkpoints;
using L2O.Configs;
using L2O.Errors;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Registration;
using L2O.Runs;

namespace L2O.Experiments;

/// <summary>What comparisons of optimizers share: optimizers x optimizees x seeds.</summary>
public abstract record ComparisonConfig : IOptions
{
    private const int WaysToName = 4;

    /// <summary>Names the run directory.</summary>
    public required string Name { get; init; }

    /// <summary>Decides every random number of the run.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>What is compared, besides the checkpoints that the command line names; there must be one or more in all.</summary>
    public IReadOnlyList<OptimizerEntry> Optimizers { get; init; } = [];

    /// <summary>
    /// What the updates of each checkpoint that the command line names are multiplied by, where its kind has no learning rate; of several
    /// numbers Validation chooses, as of the learning rates of other rules.
    /// </summary>
    public Grid UpdateScale { get; init; } = new(1);

    /// <summary>
    /// The learning rate of each checkpoint that the command line names whose kind has one; of several numbers Validation chooses, as
    /// of those of other rules. Absent, each has that of its training.
    /// </summary>
    public Grid? LearningRate { get; init; }

    /// <summary>
    /// The schedule of each checkpoint that the command line names whose kind has a learning rate. Absent, each has that of its training.
    /// </summary>
    public ScheduleOptions? Schedule { get; init; }

    /// <summary>What it is compared on.</summary>
    public required IReadOnlyList<OptimizeeEntry> Optimizees { get; init; }

    /// <summary>Optimizee steps in each run.</summary>
    public int Steps { get; init; } = 10000;

    /// <summary>Runs of each optimizer on each optimizee.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Runs by which a grid's best is chosen, on Validation data and with seeds of their own.</summary>
    public int TuningSeeds { get; init; } = 1;

    /// <summary>
    /// A minibatch loss this many times the first one (or 1, where that is larger), or one that is not finite, ends a run as
    /// diverged.
    /// </summary>
    public double DivergedAbove { get; init; } = 10;

    /// <summary>
    /// Where every run starts instead of at a draw of its own: a file that `save_theta` wrote, or any other with the optimizee's tensors.
    /// Runs of several seeds differ in their minibatches then.
    /// </summary>
    [FilePath]
    public string? Start { get; init; }

    /// <summary>
    /// Which of each run's parameters are kept, as theta/OPTIMIZER/OPTIMIZEE/SEED-start.safetensors and SEED-end.safetensors, under the
    /// names that the optimizee's tensors have.
    /// </summary>
    public SavedTheta SaveTheta { get; init; }

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() =>
    [
        .. RunName.Problems("name", Name), .. Require.NotEmpty("optimizees", Optimizees),
        .. GridProblems("update_scale", UpdateScale),
        .. LearningRate is { } rate ? GridProblems("learning_rate", rate) : [], .. Require.AtLeast("steps", Steps, 1),
        .. Require.AtLeast("seeds", Seeds, 1), .. Require.AtLeast("tuning_seeds", TuningSeeds, 1),
        .. Require.Positive("diverged_above", DivergedAbove),
        .. RowName.Problems("optimizers", Optimizers.Select(entry => entry.Name)),
        .. Require.NamesOfTheirOwn(
            "optimizers", "optimizer", Optimizers.Select(entry => new[] { entry.ShownName })),
        .. OptimizeeName.Problems(Optimizees),
    ];

    /// <summary>
    /// A comparison with more checkpoints in it, named for their run directories: s1/dm/checkpoints/best.safetensors is dm,
    /// or where that would name two optimizers dm-best, s1-dm or s1-dm-best, the first that gives each a name of its own.
    /// </summary>
    /// <param name="comparison">Of the config file.</param>
    /// <param name="given">Files, run directories, of which the best checkpoint counts, else the newest, or pretrained:NAME.</param>
    /// <exception cref="ConfigException">None does, a directory holds no checkpoint, or there is nothing to compare.</exception>
    public static T With<T>(T comparison, IReadOnlyList<string> given)
        where T : ComparisonConfig
    {
        string[] files = [.. given.Select(FileOf)];
        if (files.Length == 0 && comparison.Optimizers.Count == 0)
        {
            throw new ConfigException(
                $"{comparison.Name}: there is nothing to compare; name optimizers in the config, or a trained one by --checkpoint");
        }

        var ways = files.Select(NamesOf).ToArray();
        OptimizerEntry[] checkpoints = [.. files.Select(file => EntryOf(file, comparison))];
        var configs = Enumerable.Range(0, WaysToName).Select(way => comparison with
        {
            Optimizers =
            [
                .. checkpoints.Zip(ways, (checkpoint, names) => checkpoint with { Name = names[way] }),
                .. comparison.Optimizers,
            ],
        });
        if (configs.FirstOrDefault(config => !config.Problems().Any()) is { } named)
        {
            return named;
        }

        var problem = configs.First().Problems().First();
        throw new ConfigException(
            $"--checkpoint: {problem.Key} {problem.Message}, in the config by {{name: NAME, kind: checkpoint, path: FILE}}");
    }

    /// <summary>Numbers that no update can be multiplied by.</summary>
    internal static IEnumerable<OptionProblem> GridProblems(string key, Grid grid) =>
        grid.Values.SelectMany((value, i) => Require.Positive(grid.Values.Count > 1 ? $"{key}.{i}" : key, value));

    // Of the two grids the one that fits its kind, and the schedule if it has a learning rate.
    private static OptimizerEntry EntryOf(string path, ComparisonConfig comparison)
    {
        CheckpointOptions options = new() { Path = path };
        var scheduled = options with { Schedule = comparison.Schedule };
        return (TrainedOptimizer.OptionsOf(path), comparison.LearningRate) switch
        {
            (LearningRateOptions, { } grid) => new()
            {
                Optimizer = Variants<IOptions>.Over("learning_rate", grid, rate => scheduled with { LearningRate = rate }),
            },
            (LearningRateOptions, null) => new() { Optimizer = new(scheduled) },
            _ => new() { Optimizer = new(options), UpdateScale = comparison.UpdateScale },
        };
    }

    private static string FileOf(string path)
    {
        if (Pretrained.Problem(path) is { } problem)
        {
            throw new ConfigException($"--checkpoint {path} {problem}");
        }

        return CheckpointSource.Find(Pretrained.IsName(path) ? path : Path.GetFullPath(path))
            ?? throw new ConfigException($"--checkpoint {path}: is a directory without a checkpoint; name a run of train, or a file");
    }

    // A file that lies in no run's folder of checkpoints has its own name.
    private static string[] NamesOf(string path)
    {
        if (Pretrained.IsName(path))
        {
            return [.. Enumerable.Repeat(Pretrained.ShortName(path), WaysToName)];
        }

        string[] parts = [.. Path.ChangeExtension(Path.GetFullPath(path), null).Split(Path.DirectorySeparatorChar)];
        var (named, file) = parts is [.. { Length: > 0 } run, "checkpoints", var last] ? (run, $"-{last}") : (parts, "");
        var (name, longer) = (named[^1], string.Join('-', named.TakeLast(2)));
        return [name, name + file, longer, longer + file];
    }
}

/// <summary>An optimizer to compare; where options vary, the best variant is chosen first.</summary>
public sealed record OptimizerEntry : IOptions
{
    /// <summary>What tables and plots call it; its kind where absent.</summary>
    public string? Name { get; init; }

    /// <summary>Its kind and options.</summary>
    [OneOf(Family.Optimizer)]
    [Inline]
    public required Variants<IOptions> Optimizer { get; init; }

    /// <summary>
    /// What the updates of a learned optimizer are multiplied by that has no learning rate; of several numbers Validation chooses, as of
    /// the learning rates of other rules.
    /// </summary>
    public Grid UpdateScale { get; init; } = new(1);

    /// <summary>The name, or the kind.</summary>
    public string ShownName => Name ?? Registry.KindOf(Optimizer.All[0].Options);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. ComparisonConfig.GridProblems("update_scale", UpdateScale),
        .. Require.That(
            UpdateScale.Values is [1] || Optimizer.All.All(variant => IsScaled(variant.Options)),
            "update_scale",
            $"is {UpdateScale}, and {Registry.KindOf(Optimizer.All[0].Options)} "
            + $"{(Optimizer.All[0].Options is ILearnedOptimizerOptions ? "has a learning rate" : "is not learned")}; choose its learning_rate instead"),
        .. Optimizer.All.Select(variant => variant.Options).OfType<CheckpointOptions>()
            .Select(checkpoint => (checkpoint.Path, Problem: Pretrained.Problem(checkpoint.Path)))
            .Where(named => named.Problem is not null).Select(named => new OptionProblem("path", $"{named.Path} {named.Problem}")),
    ];

    // Of a checkpoint it is known when it has been read.
    private static bool IsScaled(IOptions options) =>
        options is CheckpointOptions || options is ILearnedOptimizerOptions and not LearningRateOptions;
}
