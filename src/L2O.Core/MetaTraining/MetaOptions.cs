using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Options;

namespace L2O.MetaTraining;

/// <summary>Where meta-gradients come from.</summary>
public enum MetaGradientEstimator
{
    /// <summary>Back-propagation through time, cut between unrolls.</summary>
    TruncatedBptt,

    /// <summary>Antithetic evolution strategies, cut between unrolls.</summary>
    Es,

    /// <summary>Persistent evolution strategies: perturbed runs go on from unroll to unroll, so nothing is cut.</summary>
    Pes,
}

/// <summary>What follows from a meta-gradient that is not finite.</summary>
public enum DivergencePolicy
{
    /// <summary>The update is left out, and the next meta-iteration begins.</summary>
    Skip,

    /// <summary>Phi goes back to the last validation, and its meta learning rate is lowered for the rest of the run.</summary>
    Rollback,

    /// <summary>The run ends.</summary>
    Stop,
}

/// <summary>Options of meta-training.</summary>
public sealed record MetaOptions : IOptions
{
    /// <summary>Meta-iterations: each trains phi along new optimizee instances, from their start.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>Optimizee instances in each meta-iteration; their meta-gradients are averaged.</summary>
    public int Tasks { get; init; } = 1;

    /// <summary>
    /// Spreads the tasks evenly over their runs, so that each meta-update sees early unrolls and late ones: a task goes on from
    /// one meta-iteration to the next, and begins a new instance where its run is done. First runs are shorter, and so is what
    /// follows a run that ends early, by itself. A meta-iteration has as many unrolls as a run, and `unroll` in meta.csv counts
    /// those.
    /// </summary>
    public bool Staggered { get; init; }

    /// <summary>Optimizee steps in each meta-iteration.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Steps between meta-updates, where truncated back-propagation through time cuts the graph.</summary>
    public int Unroll { get; init; } = 20;

    /// <summary>Draws numbers and lengths of unrolls instead of taking those of `steps` and `unroll`.</summary>
    public RandomUnrollOptions? RandomUnroll { get; init; }

    /// <summary>What turns meta-gradients into updates of phi.</summary>
    [OneOf(Family.HandcraftedOptimizer)]
    public IOptions Optimizer { get; init; } = new AdamOptions();

    /// <summary>Share of itself that a meta-update is down to at the last meta-iteration, in a straight line; 1 keeps all.</summary>
    public double FinalRate { get; init; } = 1;

    /// <summary>How the losses along an unroll make one meta-loss.</summary>
    public MetaLossForm Loss { get; init; } = MetaLossForm.Mean;

    /// <summary>
    /// The training examples that the meta-loss looks at; validation, and evaluation later, train on all. A regularizer looks
    /// at those trained on.
    /// </summary>
    public LossSplit LossSplit { get; init; }

    /// <summary>
    /// Minibatches, drawn once an unroll, whose mean loss the meta-loss looks at; 0 takes the minibatch that the step's
    /// gradient comes from.
    /// </summary>
    public int LossMinibatches { get; init; }

    /// <summary>In the logarithmic meta-loss, adds its small constant above the fraction line instead of to the ratio.</summary>
    public bool NumeratorEpsilon { get; init; }

    /// <summary>
    /// Ends a meta-iteration whose last loss L has reached F + (m - 1) |F|, where F is its first loss and m this value; 0
    /// never does. Of staggered tasks it ends the run alone.
    /// </summary>
    public double EndAbove { get; init; }

    /// <summary>Differentiates through the optimizee's gradient too, with the whole graph in memory.</summary>
    public bool SecondDerivatives { get; init; }

    /// <summary>Where meta-gradients come from.</summary>
    public MetaGradientEstimator Estimator { get; init; }

    /// <summary>The perturbations of phi, for the estimators that need them.</summary>
    public EvolutionOptions Evolution { get; init; } = new();

    /// <summary>Multiplies every parameter by r, log r uniform between minus and plus this, while training; 0 does not.</summary>
    public double RandomScaling { get; init; }

    /// <summary>What parameters share a factor r; each instance draws one of these.</summary>
    public IReadOnlyList<ScalingLevel> RandomScalingLevels { get; init; } = [ScalingLevel.Parameter];

    /// <summary>
    /// Pairs of a smallest and a largest r, in place of `random_scaling`: an instance draws one, and log r uniform between their
    /// logarithms.
    /// </summary>
    public IReadOnlyList<double[]> RandomScalingRanges { get; init; } = [];

    /// <summary>Longer and longer meta-iterations.</summary>
    public CurriculumOptions? Curriculum { get; init; }

    /// <summary>Meta-iterations that imitate a handcrafted optimizer.</summary>
    public ImitationOptions? Imitation { get; init; }

    /// <summary>Largest 2-norm of a meta-gradient, longer ones are scaled down; 0 leaves them as they are.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Largest magnitude of a meta-gradient's entry, larger ones are cut; 0 leaves them as they are.</summary>
    public double ClipValue { get; init; }

    /// <summary>What follows from a meta-gradient that is not finite.</summary>
    public DivergencePolicy OnDivergence { get; init; }

    /// <summary>What each rollback multiplies the meta learning rate by.</summary>
    public double RollbackFactor { get; init; } = 0.5;

    /// <summary>Non-finite meta-gradients in a row that end the run as diverged; under `stop` the first does.</summary>
    public int SkippedLimit { get; init; } = 20;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.AtLeast("iterations", Iterations, 1), .. Require.AtLeast("tasks", Tasks, 1),
        .. Require.AtLeast("steps", Steps, 1), .. Require.AtLeast("loss_minibatches", LossMinibatches, 0),
        .. Require.AtLeast("skipped_limit", SkippedLimit, 1), .. Require.NotNegative("end_above", EndAbove),
        .. Require.NotNegative("random_scaling", RandomScaling), .. Require.NotNegative("final_rate", FinalRate),
        .. Require.That(
            RandomScaling == 0 || RandomScalingRanges.Count == 0,
            "random_scaling",
            "stands beside random_scaling_ranges, and both say how large factors are; choose one"),
        .. Optimizees.RandomScaling.Problems(
            RandomScalingLevels, RandomScalingRanges, isScaled: RandomScaling > 0 || RandomScalingRanges.Count > 0),
        .. Require.Share("rollback_factor", RollbackFactor),
        .. Require.NotNegative("clip_norm", ClipNorm), .. Require.NotNegative("clip_value", ClipValue),
        .. Require.That(
            Unroll >= 1 && Unroll <= ShortestSteps,
            "unroll",
            $"is {Unroll}; choose 1 to {ShortestStepsName} ({ShortestSteps})"),
        .. Require.That(
            Curriculum is null || RandomUnroll is null,
            "random_unroll",
            "stands beside curriculum, and both set the lengths; choose one"),
        .. Require.That(
            !Staggered || (Curriculum is null && RandomUnroll is null && Imitation is null),
            "staggered",
            "is true beside curriculum, random_unroll or imitation, which are of whole meta-iterations; leave them out"),
        .. Require.That(
            Optimizer is not IOptimizerOptions { AsksForOtherGradients: true },
            "optimizer",
            "asks for gradients beside phi, and the meta-gradient is that at phi; choose another kind"),
        .. Require.That(
            Optimizer is not LearningRateOptions { Schedule.LacksSteps: true },
            "optimizer.schedule.steps",
            "is missing, and how many meta-updates there will be is not known; name a number, or choose final_rate"),
        .. Require.That(
            Estimator == MetaGradientEstimator.TruncatedBptt || !SecondDerivatives,
            "second_derivatives",
            "is true, and evolution strategies differentiate nothing; choose false"),
    ];

    /// <summary>What scales an optimizee while training; null where nothing does.</summary>
    internal RandomScaling? Scaling => (RandomScaling, RandomScalingRanges) switch
    {
        ( > 0, _) => new(RandomScalingLevels, RandomScaling),
        (_, { Count: > 0 }) => new(RandomScalingLevels, RandomScalingRanges),
        _ => null,
    };

    /// <summary>What a meta-update is multiplied by at a meta-iteration.</summary>
    internal double RateAt(long iteration) =>
        1 - ((1 - FinalRate) * Math.Min(1, iteration / (double)Math.Max(1, Iterations - 1)));

    /// <summary>Optimizee steps of a meta-iteration in a stage.</summary>
    internal int StepsIn(int stage) => Curriculum?.Stages[stage] ?? Steps;

    /// <summary>Optimizee steps of a validation episode in a stage; those that do not fill an unroll are left out.</summary>
    internal int ValidationStepsIn(int stage) =>
        (Curriculum is { } curriculum ? MetaTraining.Curriculum.ValidationSteps(curriculum, stage) : Steps) / Unroll * Unroll;

    /// <summary>Optimizee steps of the longest meta-iteration.</summary>
    internal int LongestSteps => RandomUnroll is { } random ? random.MostUnrolls * random.MostLength : Curriculum?.Stages.Max() ?? Steps;

    /// <summary>Unrolls in the longest meta-iteration.</summary>
    internal int MostUnrolls => RandomUnroll?.MostUnrolls ?? (Curriculum?.Stages.Max() ?? Steps) / Unroll;

    private int ShortestSteps => Curriculum is { Stages.Count: > 0 } curriculum ? curriculum.Stages.Min() : Steps;

    private string ShortestStepsName => Curriculum is null ? "steps" : "the shortest stage";
}
