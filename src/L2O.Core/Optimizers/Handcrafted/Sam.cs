using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Handcrafted;

/// <summary>Options of sharpness-aware minimization.</summary>
public sealed record SamOptions() : LearningRateOptions(0.01), IOptimizerOptions
{
    /// <summary>Distance of the ascent that precedes each descent.</summary>
    public double Rho { get; init; } = 0.05;

    /// <summary>Momentum of the descent; 0 is plain gradient descent.</summary>
    public double Momentum { get; init; }

    bool IOptimizerOptions.AsksForOtherGradients => true;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.NotNegative("rho", Rho),
        .. Require.Fraction("momentum", Momentum),
    ];
}

/// <summary>
/// Sharpness-aware minimization (arXiv 2010.01412, algorithm 1) around any rule: it sees the gradient at theta + rho
/// g / |g| instead of the one at theta. Costs two gradients a step.
/// </summary>
/// <param name="rho">Distance of the ascent.</param>
/// <param name="inner">The rule that descends.</param>
public sealed class Sam(double rho, IOptimizer inner) : IOptimizer
{
    /// <summary>SAM around gradient descent with momentum.</summary>
    public Sam(SamOptions options)
        : this(
            options.Rho,
            new Momentum(new() { LearningRate = options.LearningRate, Momentum = options.Momentum }))
    {
    }

    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        inner.Init(layout, theta, streams);

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state) =>
        inner.Step(new Perturbed(gradients, rho), theta, state);

    private sealed class Perturbed(IGradientSource gradients, double rho) : IGradientSource
    {
        // Where the gradient vanishes there is no direction to climb, and a division by 0 must not make one.
        private const double SmallestNorm = 1e-12;

        public Tensor At(Tensor theta) => AtAscent(theta, gradients.At);

        public Tensor AtFresh(Tensor theta, long draw) => AtAscent(theta, point => gradients.AtFresh(point, draw));

        private Tensor AtAscent(Tensor theta, Func<Tensor, Tensor> gradientAt)
        {
            using var scope = NewDisposeScope();
            var gradient = gradientAt(theta);
            var ascent = gradient * (rho / gradient.norm().clamp_min(SmallestNorm));
            return gradientAt(theta + ascent).MoveToOuterDisposeScope();
        }
    }
}
