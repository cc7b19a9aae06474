using L2O.Errors;
using L2O.Options;

namespace L2O.Experiments;

/// <summary>What comparisons of optimizers share: optimizers x optimizees x seeds.</summary>
public abstract record ComparisonConfig : IOptions
{
    /// <summary>Names the run directory.</summary>
    public required string Name { get; init; }

    /// <summary>Decides every random number of the run.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>What is compared.</summary>
    public required IReadOnlyList<OptimizerEntry> Optimizers { get; init; }

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

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() =>
    [
        .. RunName.Problems("name", Name), .. NotEmpty("optimizers", Optimizers.Count),
        .. NotEmpty("optimizees", Optimizees.Count), .. Require.AtLeast("steps", Steps, 1),
        .. Require.AtLeast("seeds", Seeds, 1), .. Require.AtLeast("tuning_seeds", TuningSeeds, 1),
        .. Require.Positive("diverged_above", DivergedAbove),
        .. Require.NamesOfTheirOwn(
            "optimizers", "optimizer", Optimizers.Select(entry => new[] { entry.ShownName })),
        .. OptimizeeName.Repeated(Optimizees),
    ];

    /// <summary>A comparison with more checkpoints in it, named for their run directories.</summary>
    /// <exception cref="ConfigException">A name is there already.</exception>
    public static T With<T>(T comparison, IReadOnlyList<string> checkpoints)
        where T : ComparisonConfig
    {
        var config = comparison with
        {
            Optimizers =
            [
                .. checkpoints.Select(path => new OptimizerEntry
                {
                    Name = NameOf(path), Optimizer = new(new CheckpointOptions { Path = path }),
                }),
                .. comparison.Optimizers,
            ],
        };
        return config.Problems().FirstOrDefault() is { } problem
            ? throw new ConfigException($"--checkpoint: {problem.Key} {problem.Message}")
            : config;
    }

    // runs/NAME/checkpoints/best.safetensors is NAME; a file elsewhere has its own name.
    private static string NameOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return Path.GetFileName(folder) == "checkpoints" && Path.GetFileName(Path.GetDirectoryName(folder)) is { } run
            ? run
            : Path.GetFileNameWithoutExtension(path);
    }

    private static OptionProblem[] NotEmpty(string key, int count) =>
        count > 0 ? [] : [new(key, "is an empty list; name one or more")];
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

    /// <summary>The name, or the kind.</summary>
    public string ShownName => Name ?? Registry.KindOf(Optimizer.All[0].Options);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => [];
}

/// <summary>Options of an optimizer that was meta-trained before; what it is stands in its checkpoint.</summary>
public sealed record CheckpointOptions : IOptions
{
    /// <summary>The checkpoint file.</summary>
    public required string Path { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => Path.Length > 0 ? [] : [new("path", "is empty; name a file")];
}
