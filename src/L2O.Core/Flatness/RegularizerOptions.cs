using System.Globalization;
using L2O.Options;

namespace L2O.Flatness;

/// <summary>Whose objective a regularizer joins.</summary>
public enum RegularizerTarget
{
    /// <summary>The meta-objective: phi learns to reach flat places.</summary>
    Optimizer,

    /// <summary>
    /// The optimizee's own loss: in meta-training the learned optimizer sees its gradient at every step, in validation and
    /// evaluation the loss's alone.
    /// </summary>
    Optimizee,
}

/// <summary>Which points of an unroll are regularized.</summary>
public enum RegularizedSteps
{
    /// <summary>Every one, or every j-th counted back from the last.</summary>
    All,

    /// <summary>The last.</summary>
    Last,
}

/// <summary>Which unrolls of a meta-iteration are regularized.</summary>
public enum RegularizedUnrolls
{
    /// <summary>Every one.</summary>
    All,

    /// <summary>Those before the fraction.</summary>
    Prior,

    /// <summary>Those from the fraction on.</summary>
    Posterior,

    /// <summary>None, as in the published commands of the paper's code.</summary>
    None,
}

/// <summary>How the regularized points of an unroll are added up.</summary>
public enum RegularizerReduction
{
    /// <summary>Their mean, as the meta-loss has it.</summary>
    Mean,

    /// <summary>Their sum, as the paper's code has it: the weight then counts once for every point.</summary>
    Sum,
}

/// <summary>A flatness metric, and how much of it joins which objective where.</summary>
public sealed record RegularizerOptions : IOptions
{
    private const double DefaultFraction = 0.5;
    private const double DefaultWeight = 1e-4;

    /// <summary>The metric's kind and options.</summary>
    [OneOf(Family.Regularizer)]
    [Inline]
    public required IOptions Metric { get; init; }

    /// <summary>Whether nothing is added to any objective.</summary>
    public bool IsNone => Metric is NoRegularizer;

    /// <summary>
    /// What the metric is multiplied by, 1e-4 where neither this nor `share` is given; 0 is the same run as no regularizer,
    /// to the last bit.
    /// </summary>
    public double? Weight { get; init; }

    /// <summary>
    /// Part of the gradient that it is to make, in place of a weight: from the first 20 unrolls that have it, which are
    /// measured and not regularized, follows a weight that stays; what it makes later is `regularizer_share` in meta.csv.
    /// Evolution strategies, which take the metric's value, have none.
    /// </summary>
    public double? Share { get; init; }

    /// <summary>The weight that is known before anything is measured; null where it follows from a share.</summary>
    public double? GivenWeight => Share is null ? Weight ?? DefaultWeight : null;

    /// <summary>
    /// Meta-iterations before the first that is regularized. An optimizer that cannot train yet is drawn by a strong
    /// regularizer to stay where it starts, which is flat.
    /// </summary>
    public int Start { get; init; }

    /// <summary>Whose objective it joins.</summary>
    public RegularizerTarget Target { get; init; } = RegularizerTarget.Optimizer;

    /// <summary>
    /// Minibatches, drawn at every point, whose mean loss is measured; 0 takes the one that the step's gradient comes from,
    /// whose largest eigenvalues are for the most part its own: with 128 examples of MNIST twice those of 1,000.
    /// </summary>
    public int Minibatches { get; init; }

    /// <summary>Which points of an unroll; for target optimizer.</summary>
    public RegularizedSteps Steps { get; init; } = RegularizedSteps.All;

    /// <summary>Regularizes one point in so many, the last always among them; for steps all.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Which unrolls of a meta-iteration; for target optimizer.</summary>
    public RegularizedUnrolls Schedule { get; init; } = RegularizedUnrolls.All;

    /// <summary>Where prior ends and posterior begins, as a fraction of the meta-iteration.</summary>
    public double Fraction { get; init; } = DefaultFraction;

    /// <summary>How the regularized points are added up; for target optimizer.</summary>
    public RegularizerReduction Reduce { get; init; } = RegularizerReduction.Mean;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.NotNegative("weight", Weight ?? DefaultWeight), .. Require.NotNegative("start", Start),
        .. Require.AtLeast("every", Every, 1), .. Require.NotNegative("minibatches", Minibatches),
        .. Require.Fraction("fraction", Fraction),
        .. Require.That(
            Share is null or (> 0 and < 1),
            "share",
            string.Create(CultureInfo.InvariantCulture, $"is {Share:R}; choose a number above 0 and less than 1")),
        .. Require.That(
            Share is null || Weight is null,
            "share",
            string.Create(
                CultureInfo.InvariantCulture,
                $"is {Share:R} beside a weight of {Weight:R}, and the one follows from the other; leave one of the two out")),

        // What would be ignored in silence.
        .. Require.That(
            Steps != RegularizedSteps.Last || Every <= 1, "every", $"is {Every} with steps last; leave one of the two out"),
        .. Require.That(
            Target != RegularizerTarget.Optimizee || !HasSchedule,
            "target",
            "is optimizee, at every step; leave out steps, every, schedule and reduce"),
        .. Require.That(
            Fraction == DefaultFraction || Schedule is RegularizedUnrolls.Prior or RegularizedUnrolls.Posterior,
            "fraction",
            "is of schedule prior or posterior; choose one of them or leave it out"),
    ];

    private bool HasSchedule => (Steps, Every, Schedule, Reduce)
        != (RegularizedSteps.All, 1, RegularizedUnrolls.All, RegularizerReduction.Mean);
}
