using L2O.Configs;
using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Runs;

namespace L2O.Experiments;

/// <summary>One meta-training run.</summary>
public sealed record TrainConfig : IOptions
{
    /// <summary>Names the run directory.</summary>
    public required string Name { get; init; }

    /// <summary>Decides every random number of the run.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>What is meta-trained.</summary>
    public required LearnedEntry Optimizer { get; init; }

    /// <summary>What it is meta-trained on: each meta-iteration draws one.</summary>
    public required IReadOnlyList<OptimizeeEntry> Optimizees { get; init; }

    /// <summary>How it is meta-trained.</summary>
    public MetaOptions Meta { get; init; } = new();

    /// <summary>What is added to the meta-objective.</summary>
    public RegularizerOptions Regularizer { get; init; } = new() { Metric = new NoRegularizer() };

    /// <summary>How the best checkpoint is chosen.</summary>
    public ValidationOptions Validation { get; init; } = new();

    /// <summary>Seconds between checkpoints, besides those at validations; 0 saves one after every unroll.</summary>
    public double CheckpointSeconds { get; init; } = 60;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. RunName.Problems("name", Name), .. Require.NotNegative("checkpoint_seconds", CheckpointSeconds),
        .. Require.NotEmpty("optimizees", Optimizees), .. OptimizeeName.Problems(Optimizees), .. Conflicts(),
    ];

    private OptionProblem[] Conflicts()
    {
        var isOptimizeeRegularized = Regularizer is { IsNone: false, Target: RegularizerTarget.Optimizee };
        MetaTrainingDemands demands = new(Meta.SecondDerivatives, isOptimizeeRegularized);
        return
        [
            .. ((Optimizer.Options as ILearnedOptimizerOptions)?.ProblemsUnder(demands) ?? [])
                .Select(problem => problem with { Key = $"optimizer.{problem.Key}" }),
            .. Require.That(
                !Meta.SecondDerivatives || !isOptimizeeRegularized,
                "regularizer.target",
                "is optimizee with meta.second_derivatives, which do not go through a regularizer's gradient; choose "
                + "optimizer or second_derivatives false"),
            .. Meta.Estimator == MetaGradientEstimator.TruncatedBptt ? [] : ConflictsWithEvolution(),
            .. HoldingOut.Problems(Meta.LossSplit, Optimizees),
            .. Require.That(
                Regularizer.Start <= 0 || Regularizer.Start < Meta.Iterations,
                "regularizer.start",
                $"is {Regularizer.Start} of {Meta.Iterations} meta-iterations, so it would never count"),
        ];
    }

    // Evolution strategies take a regularizer by its value.
    private OptionProblem[] ConflictsWithEvolution() =>
    [
        .. Require.That(
            Regularizer.Share is null,
            "regularizer.share",
            "is measured from gradients, which evolution strategies have not; give weight in its place, or choose "
            + "meta.estimator truncated_bptt"),
        .. Require.That(
            Regularizer is not { IsNone: false, Target: RegularizerTarget.Optimizee },
            "regularizer.target",
            "is optimizee, and evolution strategies add a regularizer to the meta-objective alone; choose optimizer or "
            + "meta.estimator truncated_bptt"),
        .. Require.That(
            Regularizer.Metric is not NeighbourhoodOptions { ScaledByGamma: false },
            "regularizer.scaled_by_gamma",
            "is false, which changes the gradient, and evolution strategies take the value; choose true"),
    ];
}

/// <summary>Optimizees of a config that share their options but for what varies between them.</summary>
public sealed record OptimizeeEntry : IOptions
{
    /// <summary>What tables and plots call it; made from its options where absent.</summary>
    public string? Name { get; init; }

    /// <summary>How often it is drawn, compared with the other entries; its variants share it equally.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Its kind and options.</summary>
    [OneOf(Family.Optimizee)]
    [Inline]
    public required Variants<IOptions> Optimizee { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => Require.Positive("weight", Weight);
}

/// <summary>How the best checkpoint is chosen.</summary>
public sealed record ValidationOptions : IOptions
{
    /// <summary>Meta-iterations between validations.</summary>
    public int Every { get; init; } = 100;

    /// <summary>Optimizee instances in each validation.</summary>
    public int Episodes { get; init; } = 20;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        [.. Require.AtLeast("every", Every, 1), .. Require.AtLeast("episodes", Episodes, 1)];
}
