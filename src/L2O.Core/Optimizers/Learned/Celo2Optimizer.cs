using L2O.Kernels;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Celo2;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>Options of Celo2.</summary>
public sealed record Celo2Options() : LearningRateOptions(1e-3), ILearnedOptimizerOptions
{
    /// <summary>Units of each hidden layer.</summary>
    public int[] Hidden { get; init; } = [8, 8];

    /// <summary>Makes updates of matrices orthogonal; AdamW has the vectors then.</summary>
    public bool Orthogonalize { get; init; }

    /// <summary>What the second output is multiplied by in the exponent of an update's size within its tensor.</summary>
    public double ExpMult { get; init; }

    /// <summary>Each step takes learning rate times this fraction off the parameters.</summary>
    public double WeightDecay { get; init; }

    /// <summary>What the learning rate is multiplied by for vectors, where AdamW has them.</summary>
    public double AdamLrMult { get; init; } = 1;

    /// <summary>Decays of the means of gradients.</summary>
    public double[] MomentumDecays { get; init; } = [0.9, 0.99, 0.999];

    /// <summary>Decay of the mean of squared gradients.</summary>
    public double RmsDecay { get; init; } = 0.95;

    /// <summary>Decays of the means of squared gradients over rows and columns; as many as of the means of gradients.</summary>
    public double[] FactoredDecays { get; init; } = [0.9, 0.99, 0.999];

    /// <summary>What computes the steps.</summary>
    public Backend Backend { get; init; } = Backend.Auto;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> ProblemsUnder(MetaTrainingDemands demands) => Backend.ProblemsUnder(demands);

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.Sizes("hidden", Hidden), .. Require.NotNegative("exp_mult", ExpMult),
        .. Require.NotNegative("weight_decay", WeightDecay), .. Require.Positive("adam_lr_mult", AdamLrMult),
        .. Require.NotEmpty("momentum_decays", MomentumDecays),
        .. Require.Each("momentum_decays", MomentumDecays, Require.Fraction), .. Require.Fraction("rms_decay", RmsDecay),
        .. Require.Each("factored_decays", FactoredDecays, Require.Fraction),
        .. Require.That(
            FactoredDecays.Length == MomentumDecays.Length,
            "factored_decays",
            $"are {FactoredDecays.Length}; choose as many as momentum_decays ({MomentumDecays.Length})"),
        .. Require.That(
            !(Orthogonalize && Backend == Backend.Fused),
            "backend",
            "is fused with orthogonalize, which it cannot; choose auto or torch"),
    ];
}

/// <summary>
/// Celo2 (Moudgil, Knyazev and Belilovsky 2026, arXiv 2602.19142): a small multi-layer perceptron for each coordinate says where to
/// go, and how far is the learning rate's affair, because the update of each tensor has a root mean square of 1 times that.
/// </summary>
/// <remarks>
/// <para>Without `orthogonalize` it is the paper's celo2-base, which does all tensors alike; with it celo2, where vectors are AdamW's,
/// with moments of their own (0.9, 0.95, 1e-8).</para>
/// <para>Inputs are those of <see cref="Celo2Features"/>. Rectified hidden layers lead to three outputs, direction d, magnitude a and
/// one that is not used, as in the published weights. With s = d exp(exp_mult a), made orthogonal where it is to be, the update is
/// -learning_rate (s / sqrt(1e-9 + mean s^2) + weight_decay theta), the mean over a tensor.</para>
/// </remarks>
public sealed class Celo2Optimizer(Celo2Options options) : ILearnedOptimizer
{
    private const double AdamBeta2 = 0.95;

    private readonly FusedCelo2 _fused = new(Network(options));

    /// <inheritdoc/>
    public ParameterLayout PhiLayout { get; } = new(FeedForward.Shapes(Network(options).Sizes));

    /// <inheritdoc/>
    public Tensor InitialPhi(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        return PhiLayout.Join([.. FeedForward.InitialWeights(Network(options).Sizes, streams)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IOptimizer At(Tensor phi)
    {
        if (IsFusedFor(phi))
        {
            return _fused.At(phi);
        }

        Celo2Rule rule = new(options, PhiLayout.Split(phi));
        return options.Scheduled(options.Orthogonalize ? new MatricesApart(rule, new Adam(ForVectors())) : rule);
    }

    /// <inheritdoc/>
    public ITape Record(Tensor phi) => IsFusedFor(phi) ? _fused.Record(phi) : new AutogradTape(this, phi);

    /// <summary>What the fused backend computes.</summary>
    internal static Celo2Network Network(Celo2Options options) => new()
    {
        MomentumDecays = options.MomentumDecays,
        RmsDecay = options.RmsDecay,
        FactoredDecays = options.FactoredDecays,
        Hidden = options.Hidden,
        ExpMult = options.ExpMult,
        RateAt = step => options.LearningRate * options.Schedule.FactorAt(step),
        WeightDecay = options.WeightDecay,
    };

    private bool IsFusedFor(Tensor phi) => !options.Orthogonalize && options.Backend.IsFusedFor(phi);

    private AdamWOptions ForVectors() => new()
    {
        LearningRate = options.LearningRate * options.AdamLrMult,
        Beta2 = AdamBeta2,
        WeightDecay = options.WeightDecay,
    };
}
