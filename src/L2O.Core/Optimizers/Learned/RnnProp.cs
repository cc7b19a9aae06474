using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>Options of L2O-RNNProp.</summary>
public sealed record RnnPropOptions : ILearnedOptimizerOptions
{
    /// <summary>Units of each LSTM layer.</summary>
    public int[] Hidden { get; init; } = [20, 20];

    /// <summary>Units of the layer between the two inputs and the LSTM.</summary>
    public int InputSize { get; init; } = 20;

    /// <summary>Largest magnitude of an update.</summary>
    public double OutputScale { get; init; } = 0.01;

    /// <summary>Decay of the mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.95;

    /// <summary>Decay of the mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>What computes the steps.</summary>
    public Backend Backend { get; init; } = Backend.Auto;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.NotEmpty("hidden", Hidden), .. Require.Sizes("hidden", Hidden),
        .. Require.AtLeast("input_size", InputSize, 1), .. Require.Positive("output_scale", OutputScale),
        .. Require.Fraction("beta1", Beta1), .. Require.Fraction("beta2", Beta2),
    ];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> ProblemsUnder(MetaTrainingDemands demands) => Backend.ProblemsUnder(demands);
}

/// <summary>Moments of the gradient, not yet corrected for their start at zero, and the LSTM's values.</summary>
/// <param name="FirstMoment">[N].</param>
/// <param name="SecondMoment">[N].</param>
/// <param name="Lstm">One row for each coordinate.</param>
internal sealed record RnnPropState(Tensor FirstMoment, Tensor SecondMoment, LstmState Lstm) : RuleState
{
    /// <inheritdoc/>
    public override RnnPropState Map(Func<Tensor, Tensor> replace) => this with
    {
        FirstMoment = replace(FirstMoment),
        SecondMoment = replace(SecondMoment),
        Lstm = Lstm.Map(replace),
    };
}

/// <summary>L2O-RNNProp: an LSTM over what Adam and RMSProp would do, with a bounded update (arXiv 1703.03633).</summary>
public sealed class RnnProp(RnnPropOptions options) : ILearnedOptimizer
{
    private readonly FusedBackend _fused = new(Network(options));

    /// <inheritdoc/>
    public ParameterLayout PhiLayout { get; } = new(
    [
        new("input/weight", options.InputSize, 2),
        new("input/bias", options.InputSize),
        .. LstmStack.Shapes(options.InputSize, options.Hidden),
    ]);

    /// <inheritdoc/>
    public Tensor InitialPhi(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        return PhiLayout.Join(
        [
            TruncatedNormal.Draw(1 / Math.Sqrt(2), streams.At("input"), options.InputSize, 2),
            zeros(options.InputSize, dtype: float64),
            .. LstmStack.InitialWeights(options.InputSize, options.Hidden, streams),
        ]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IOptimizer At(Tensor phi) => options.Backend.IsFusedFor(phi)
        ? _fused.At(phi)
        : new Rule(options, PhiLayout.Split(phi));

    /// <inheritdoc/>
    public ITape Record(Tensor phi) => options.Backend.IsFusedFor(phi)
        ? _fused.Record(phi)
        : new AutogradTape(this, phi);

    /// <summary>What the fused backend computes.</summary>
    internal static CoordinatewiseNetwork Network(RnnPropOptions options) => new()
    {
        Features = InputFeatures.Moments,
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        ProjectionSize = options.InputSize,
        Hidden = options.Hidden,
        HasTanhHead = true,
        OutputScale = options.OutputScale,
    };

    /// <summary>Adam's and RMSProp's normalized gradients [N, 2], and the moments [N] they come from.</summary>
    /// <param name="gradient">[N].</param>
    /// <param name="state">Before this step.</param>
    /// <param name="options">The decays.</param>
    internal static (Tensor Inputs, Tensor FirstMoment, Tensor SecondMoment) Inputs(
        Tensor gradient, RnnPropState state, RnnPropOptions options)
    {
        using var scope = NewDisposeScope();
        var step = state.StepCount + 1;
        var m = (options.Beta1 * state.FirstMoment) + ((1 - options.Beta1) * gradient);
        var v = (options.Beta2 * state.SecondMoment) + ((1 - options.Beta2) * gradient.square());
        var mHat = m / (1 - Math.Pow(options.Beta1, step));
        var vHat = v / (1 - Math.Pow(options.Beta2, step));

        // The root's derivative is infinite at zero, where a coordinate has never had a gradient.
        var denominator = vHat.clamp_min(finfo(vHat.dtype).tiny).sqrt() + CoordinatewiseNetwork.RootEpsilon;
        return (stack([mHat / denominator, gradient / denominator], 1).MoveToOuterDisposeScope(),
            m.MoveToOuterDisposeScope(), v.MoveToOuterDisposeScope());
    }

    private sealed class Rule(RnnPropOptions options, Tensor[] weights) : IOptimizer
    {
        private readonly LstmStack _stack = new(weights[2..]);

        public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) => new RnnPropState(
            zeros_like(theta), zeros_like(theta), LstmStack.InitialState(options.Hidden, theta));

        public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
        {
            using var scope = NewDisposeScope();
            var old = (RnnPropState)state;
            var (inputs, m, v) = Inputs(gradients.At(theta), old, options);
            var features = nn.functional.elu(nn.functional.linear(inputs, weights[0], weights[1]), 1.0);
            var (output, lstm) = _stack.Step(features, old.Lstm);
            var update = output.tanh() * options.OutputScale;
            return (update.MoveToOuterDisposeScope(),
                new RnnPropState(m, v, lstm) { StepCount = old.StepCount + 1 }
                    .Map(tensor => tensor.MoveToOuterDisposeScope()));
        }
    }
}
