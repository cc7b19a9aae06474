using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>How a gradient enters the network.</summary>
public enum Preprocessing
{
    /// <summary>Logarithm of the magnitude beside a clipped, scaled value (Andrychowicz et al. 2016, appendix A).</summary>
    LogAndSign,

    /// <summary>The gradient as it is.</summary>
    None,
}

/// <summary>Options of L2O-DM.</summary>
public sealed record DmOptions : ILearnedOptimizerOptions
{
    /// <summary>Units of each LSTM layer.</summary>
    public int[] Hidden { get; init; } = [20, 20];

    /// <summary>What the head's output is multiplied by to give the update.</summary>
    public double OutputScale { get; init; } = 0.01;

    /// <summary>How gradients enter the network; `none` suits small analytic problems, with an output scale of 1.</summary>
    public Preprocessing Preprocessing { get; init; } = Preprocessing.LogAndSign;

    /// <summary>Gradients below exp(-k) in magnitude are passed on linearly, those above by their logarithm.</summary>
    public double PreprocessK { get; init; } = 5;

    /// <summary>What computes the steps.</summary>
    public Backend Backend { get; init; } = Backend.Auto;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.NotEmpty("hidden", Hidden), .. Require.Sizes("hidden", Hidden),
        .. Require.Positive("output_scale", OutputScale), .. Require.Positive("preprocess_k", PreprocessK),
    ];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> ProblemsUnder(MetaTrainingDemands demands) => Backend.ProblemsUnder(demands);
}

/// <summary>L2O-DM: an LSTM that turns each coordinate's gradient into its update (arXiv 1606.04474).</summary>
public sealed class DmOptimizer(DmOptions options) : ILearnedOptimizer
{
    private readonly int _inputSize = options.Preprocessing == Preprocessing.LogAndSign ? 2 : 1;
    private readonly FusedBackend _fused = new(Network(options));

    /// <inheritdoc/>
    public ParameterLayout PhiLayout { get; } = new(
        LstmStack.Shapes(options.Preprocessing == Preprocessing.LogAndSign ? 2 : 1, options.Hidden));

    /// <inheritdoc/>
    public Tensor InitialPhi(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        return PhiLayout.Join([.. LstmStack.InitialWeights(_inputSize, options.Hidden, streams)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IOptimizer At(Tensor phi) => options.Backend.IsFusedFor(phi)
        ? _fused.At(phi)
        : new Rule(options, new(PhiLayout.Split(phi)));

    /// <inheritdoc/>
    public ITape Record(Tensor phi) => options.Backend.IsFusedFor(phi)
        ? _fused.Record(phi)
        : new AutogradTape(this, phi);

    /// <summary>What the fused backend computes.</summary>
    internal static CoordinatewiseNetwork Network(DmOptions options) => new()
    {
        Features = options.Preprocessing == Preprocessing.LogAndSign
            ? InputFeatures.LogAndSign
            : InputFeatures.Gradient,
        PreprocessK = options.PreprocessK,
        Hidden = options.Hidden,
        OutputScale = options.OutputScale,
    };

    private sealed class Rule(DmOptions options, LstmStack stack) : IOptimizer
    {
        public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
            LstmStack.InitialState(options.Hidden, theta);

        public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
        {
            using var scope = NewDisposeScope();
            var gradient = gradients.At(theta);
            var inputs = options.Preprocessing == Preprocessing.LogAndSign
                ? LogAndSign(gradient, options.PreprocessK)
                : NaNUnlessFinite(gradient, gradient).unsqueeze(1);
            var (output, next) = stack.Step(inputs, (LstmState)state);
            var update = output * options.OutputScale;
            foreach (var kept in next.Tensors)
            {
                kept.MoveToOuterDisposeScope();
            }

            return (update.MoveToOuterDisposeScope(), next);
        }
    }

    /// <summary>Two features for each gradient: [N, 2].</summary>
    /// <param name="gradient">[N].</param>
    /// <param name="k">Sets the size, exp(-k), from which on the logarithm is used.</param>
    internal static Tensor LogAndSign(Tensor gradient, double k)
    {
        using var scope = NewDisposeScope();
        var logarithm = ((gradient.abs() + CoordinatewiseNetwork.LogEpsilon).log() / k).clamp_min(-1);
        var sign = (gradient * Math.Exp(k)).clamp(-1, 1);
        return stack([logarithm, NaNUnlessFinite(sign, gradient)], 1).MoveToOuterDisposeScope();
    }

    // An infinite gradient would saturate the gates, and a diverged run look alive. 0 times it is NaN; 0 times a finite
    // one adds nothing to the feature, nor to its derivative.
    private static Tensor NaNUnlessFinite(Tensor feature, Tensor gradient) => feature.add(gradient.detach(), 0);
}
