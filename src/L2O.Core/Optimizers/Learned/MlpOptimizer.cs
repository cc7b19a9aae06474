using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>Options of the small multi-layer perceptron optimizer.</summary>
public sealed record MlpOptimizerOptions : ILearnedOptimizerOptions
{
    /// <summary>Units of each hidden layer.</summary>
    public int[] Hidden { get; init; } = [4, 4];

    /// <summary>Decays of the means of gradients before meta-training, which moves them.</summary>
    public double[] MomentumDecays { get; init; } = [0.9, 0.99, 0.999];

    /// <summary>Decay of the mean of squared gradients before meta-training, which moves it.</summary>
    public double RmsDecay { get; init; } = 0.999;

    /// <summary>What the second output is multiplied by in the exponent of the step size.</summary>
    public double ExpMult { get; init; } = 0.001;

    /// <summary>What steps are multiplied by.</summary>
    public double StepMult { get; init; } = 0.001;

    /// <summary>
    /// Adds features of the rows and columns of matrices, means of squared gradients with the decays that `momentum_decays` names.
    /// </summary>
    public bool Factored { get; init; }

    /// <summary>Features that differ between coordinates.</summary>
    internal int FeatureCount => 4 + ((Factored ? 8 : 2) * MomentumDecays.Length);

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.Sizes("hidden", Hidden), .. Require.Fraction("rms_decay", RmsDecay),
        .. Require.Each("momentum_decays", MomentumDecays, Require.Fraction),
        .. Require.NotNegative("exp_mult", ExpMult), .. Require.Positive("step_mult", StepMult),
    ];
}

/// <summary>Running means; coordinates are columns.</summary>
/// <param name="Momenta">Of gradients, one row for each decay: [M, N].</param>
/// <param name="MeanSquare">Of squared gradients: [1, N].</param>
internal sealed record MlpOptimizerState(Tensor Momenta, Tensor MeanSquare) : RuleState
{
    /// <summary>Of squared gradients over rows and columns: [M, values]; null without features of these.</summary>
    internal Tensor? Factored { get; init; }

    /// <summary>The layout's tensors.</summary>
    internal required TensorSegments Segments { get; init; }

    /// <summary>The layout's rows and columns.</summary>
    internal required FactoredMeans RowsAndColumns { get; init; }

    /// <inheritdoc/>
    public override MlpOptimizerState Map(Func<Tensor, Tensor> replace) => this with
    {
        Momenta = replace(Momenta),
        MeanSquare = replace(MeanSquare),
        Factored = Factored is null ? null : replace(Factored),
    };
}

/// <summary>
/// A small multi-layer perceptron for each coordinate, `small_fc` of Metz et al. 2022 (arXiv 2203.11860); its features of rows
/// and columns of matrices are an option.
/// </summary>
/// <remarks>
/// <para>With M momenta m, mean square v and r = 1/sqrt(v + 1e-6), the features are the gradient, theta, m [M], v,
/// m r [M] and r, each divided by its root mean square over the tensor, with 1e-5 below the root; then tanh(t/x - 1) for
/// x = 1, 3, 10, ..., 100,000 after t steps, the same for all coordinates. That is 4 + 2M + 11, 21 by default. `factored` adds 6M
/// before those of time, which <see cref="FactoredMeans"/> describes: the gradient times its factors, which vectors have too, and
/// those of matrices; unlike the paper's its decays are not learned.</para>
/// <para>Rectified hidden layers lead to two outputs, direction d and magnitude a; the update is
/// -step_mult d exp(exp_mult a). A decay that starts at b is 1 - (1 - b) exp(10 x) with x in phi, 0 at the start. The
/// layers' weights [outputs, inputs] start truncated normal with scale 1/sqrt(inputs), their biases at 0.</para>
/// </remarks>
public sealed class MlpOptimizer(MlpOptimizerOptions options) : ILearnedOptimizer
{
    private static readonly double[] Timescales = [1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5];

    private readonly int[] _sizes = [options.FeatureCount + Timescales.Length, .. options.Hidden, 2];

    /// <inheritdoc/>
    public ParameterLayout PhiLayout { get; } = new(
    [
        new("momentum_decays", options.MomentumDecays.Length),
        new("rms_decay", 1),
        .. FeedForward.Shapes([options.FeatureCount + Timescales.Length, .. options.Hidden, 2]),
    ]);

    /// <inheritdoc/>
    public Tensor InitialPhi(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var decays = PhiLayout.Shapes.Take(2).Select(shape => zeros(shape.Shape, dtype: float64));
        return PhiLayout.Join([.. decays, .. FeedForward.InitialWeights(_sizes, streams)]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IOptimizer At(Tensor phi) => new Rule(options, PhiLayout.Split(phi));

    /// <inheritdoc/>
    public ITape Record(Tensor phi) => new AutogradTape(this, phi);

    private sealed class Rule(MlpOptimizerOptions options, Tensor[] weights) : IOptimizer
    {
        private readonly Tensor _momentumDecays = Learned(options.MomentumDecays, weights[0]);
        private readonly Tensor _rmsDecay = Learned([options.RmsDecay], weights[1]).clamp(0, 1);

        public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams)
        {
            var n = theta.shape[0];
            Tensor Zeros(int rows, long columns) => zeros(rows, columns, dtype: theta.dtype, device: theta.device);
            FactoredMeans means = new(layout, options.MomentumDecays);
            return new MlpOptimizerState(Zeros(options.MomentumDecays.Length, n), Zeros(1, n))
            {
                Factored = options.Factored ? Zeros(options.MomentumDecays.Length, means.Count) : null,
                Segments = new(layout),
                RowsAndColumns = means,
            };
        }

        public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
        {
            using var scope = NewDisposeScope();
            var old = (MlpOptimizerState)state;
            var gradient = gradients.At(theta).unsqueeze(0);
            var next = old with
            {
                Momenta = lerp(gradient, old.Momenta, _momentumDecays),
                MeanSquare = lerp(gradient.square(), old.MeanSquare, _rmsDecay),
                Factored = old.Factored is { } factored ? old.RowsAndColumns.Next(gradient, factored) : null,
                StepCount = old.StepCount + 1,
            };
            var features = Features(gradient, theta.unsqueeze(0), next);
            var outputs = Network(features, Times(old.StepCount, theta));
            var update = (outputs[1] * options.ExpMult).exp() * outputs[0] * -options.StepMult;
            return (update.MoveToOuterDisposeScope(), next.Map(tensor => tensor.MoveToOuterDisposeScope()));
        }

        private static Tensor Features(Tensor gradient, Tensor theta, MlpOptimizerState state)
        {
            var inverseRoot = (state.MeanSquare + 1e-6).rsqrt();
            var features = cat(
            [
                gradient, theta, state.Momenta, state.MeanSquare, state.Momenta * inverseRoot, inverseRoot,
                .. OfRowsAndColumns(gradient, state),
            ]);
            var scale = (state.Segments.Means(features.square()) + 1e-5).rsqrt();
            return features * state.Segments.Spread(scale);
        }

        private static Tensor[] OfRowsAndColumns(Tensor gradient, MlpOptimizerState state)
        {
            if (state.Factored is null)
            {
                return [];
            }

            var (factored, ofMatrices) = state.RowsAndColumns.Features(gradient, state.Momenta, state.Factored);
            return [factored, ofMatrices];
        }

        // Features of time are alike for all coordinates, so they enter as a part of the first layer's bias.
        private Tensor Network(Tensor features, Tensor times)
        {
            var parts = weights[2].split([features.shape[0], times.shape[0]], 1);
            var first = (weights[3].unsqueeze(1) + parts[1].mm(times)).addmm(parts[0], features);
            return FeedForward.After(weights[4..], first);
        }

        private static Tensor Times(long step, Tensor like) => tensor(
            [.. Timescales.Select(timescale => Math.Tanh((step / timescale) - 1))], [Timescales.Length, 1],
            dtype: like.dtype, device: like.device);

        /// <summary>Decays as phi moved them: [count, 1].</summary>
        private static Tensor Learned(double[] decays, Tensor offsets)
        {
            var rest = tensor([.. decays.Select(decay => 1 - decay)], dtype: offsets.dtype, device: offsets.device);
            return (1 - (rest * (10 * offsets).exp())).unsqueeze(1);
        }
    }
}
