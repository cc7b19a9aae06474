using L2O.Options;

namespace L2O.Optimizers.Learned;

/// <summary>What of the tensors' states the global state of L2O-Scale sees.</summary>
public enum GlobalInput
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The last tensor's, as the reference implementation has it.</summary>
    Last,
}

/// <summary>Options of L2O-Scale, under the names of the reference's flags.</summary>
public sealed record ScaleOptions : ILearnedOptimizerOptions
{
    /// <summary>State sizes per parameter, per tensor and overall; a shorter list has no upper levels.</summary>
    public int[] Levels { get; init; } = [10, 20, 20];

    /// <summary>Lower end of the learning rates drawn at the start.</summary>
    public double MinLr { get; init; } = 1e-6;

    /// <summary>Upper end of the learning rates drawn at the start.</summary>
    public double MaxLr { get; init; } = 1e-2;

    /// <summary>Largest logarithm of a learning rate.</summary>
    public double MaxLogLr { get; init; } = 33;

    /// <summary>The network decides how fast mean squares decay; else by 0.93, and gradients by 0.89.</summary>
    public bool LearnableDecay { get; init; } = true;

    /// <summary>The network decides how fast gradients decay; else by 0.89.</summary>
    public bool LearnableInpDecay { get; init; } = true;

    /// <summary>Keeps learning rates, and scales each tensor's direction to a root mean square of 1.</summary>
    public bool DynamicOutputScale { get; init; } = true;

    /// <summary>Meta-training starts with learning rates that stay as drawn.</summary>
    public bool ZeroInitLrWeights { get; init; } = true;

    /// <summary>Timescales of gradient means, each about twice the one before; 1 takes gradients as they are.</summary>
    public int NumGradientScales { get; init; } = 4;

    /// <summary>Feature: logarithms of the mean squares, relative to their mean over timescales.</summary>
    public bool UseLogMeansSquared { get; init; } = true;

    /// <summary>Feature: logarithm of the learning rate, relative to its mean.</summary>
    public bool UseRelativeLr { get; init; } = true;

    /// <summary>Takes that mean over all parameters; else over each tensor.</summary>
    public bool UseProblemLrMean { get; init; } = true;

    /// <summary>Feature: how far a learning rate is above 1 or below 1e-6.</summary>
    public bool UseExtremeIndicator { get; init; }

    /// <summary>Feature: logarithm of the learning rate, relative to 1e-3.</summary>
    public bool UseLrShortcut { get; init; }

    /// <summary>Feature: products of neighbouring timescales' gradients.</summary>
    public bool UseGradProducts { get; init; } = true;

    /// <summary>Adds a linear function of the gradients to the direction.</summary>
    public bool UseGradientShortcut { get; init; } = true;

    /// <summary>Mean squares decay slower for longer timescales; else all alike.</summary>
    public bool UseMultipleScaleDecays { get; init; }

    /// <summary>The states' initial values are trained; else they stay as drawn.</summary>
    public bool LearnableRnnInit { get; init; } = true;

    /// <summary>Takes gradients at a second point, whose steps are learned as well.</summary>
    public bool UseAttention { get; init; }

    /// <summary>What the global state sees.</summary>
    public GlobalInput GlobalInput { get; init; } = GlobalInput.Mean;

    /// <summary>Spread of the recurrent cells' initial weights, times the root of their inputs.</summary>
    public double GruWeightScale { get; init; } = 0.5;

    /// <summary>Initial bias of the recurrent cells' gates.</summary>
    public double GruGateBias { get; init; } = 2.2;

    /// <summary>Spread of the initial weights that read outputs, times the root of their inputs.</summary>
    public double ReadoutScale { get; init; } = 0.5;

    /// <summary>Spread of the initial weights between levels, times the root of their inputs.</summary>
    public double AffineScale { get; init; } = 0.5;

    /// <summary>Initial logit of the mean squares' decay.</summary>
    public double ScaleDecayBias { get; init; } = 3.2;

    /// <summary>Initial logit of the gradients' decay.</summary>
    public double InputDecayBias { get; init; } = 2.2;

    /// <summary>Initial logit of the learning rates' momentum.</summary>
    public double LrMomentumLogit { get; init; } = 3.2;

    bool IOptimizerOptions.AsksForOtherGradients => UseAttention;

    /// <summary>Rows of the network's input for each parameter.</summary>
    internal int FeatureCount => NumGradientScales
        + (UseGradProducts ? NumGradientScales - 1 : 0)
        + (UseLogMeansSquared ? NumGradientScales : 0)
        + (UseRelativeLr ? 1 : 0) + (UseExtremeIndicator ? 1 : 0) + (UseLrShortcut ? 1 : 0);

    /// <summary>A network that sees gradients alone passes only its states up to the tensors' level.</summary>
    internal bool PassesFeaturesUp => FeatureCount > NumGradientScales;

    internal bool LearnsInputDecay => LearnableDecay && LearnableInpDecay;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. LevelProblems(), .. DynamicProblems(),
        .. Require.Positive("min_lr", MinLr), .. Require.Positive("max_lr", MaxLr),
        .. Require.InOrder("min_lr", MinLr, "max_lr", MaxLr),
        .. Require.AtLeast("num_gradient_scales", NumGradientScales, 1),
        .. Require.NotNegative("gru_weight_scale", GruWeightScale),
        .. Require.NotNegative("readout_scale", ReadoutScale),
        .. Require.NotNegative("affine_scale", AffineScale),
    ];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> ProblemsUnder(MetaTrainingDemands demands) =>
        UseAttention && (demands.SecondDerivatives || demands.RegularizedOptimizee)
            ?
            [
                new(
                    "use_attention",
                    "is true with second derivatives or a regularizer of the optimizee, which see gradients at theta alone; "
                    + "choose false"),
            ]
            : [];

    private IEnumerable<OptionProblem> LevelProblems() => Levels.Length is 0 or > 3
        ? [new("levels", $"has {Levels.Length} sizes; give 1 to 3")]
        : Require.Sizes("levels", Levels);

    private IEnumerable<OptionProblem> DynamicProblems()
    {
        (string Key, bool IsUsed)[] flags =
        [
            ("use_relative_lr", UseRelativeLr),
            ("use_extreme_indicator", UseExtremeIndicator),
            ("use_lr_shortcut", UseLrShortcut),
        ];
        return flags.Where(flag => flag.IsUsed && !DynamicOutputScale)
            .Select(flag => new OptionProblem(
                flag.Key, "needs dynamic_output_scale; set that to true, or this to false"));
    }
}
