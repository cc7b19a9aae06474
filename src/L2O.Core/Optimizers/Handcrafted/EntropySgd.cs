using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Handcrafted;

/// <summary>Options of Entropy-SGD; at learning rate 1, without momentum and scaling, a step moves to the mean of its walk.</summary>
public sealed record EntropySgdOptions() : LearningRateOptions(1), IOptimizerOptions
{
    /// <summary>Momentum of the descent.</summary>
    public double Momentum { get; init; }

    /// <summary>How narrow the neighbourhood of each walk is: its width is 1 / sqrt(gamma).</summary>
    public double Gamma { get; init; } = 1e-4;

    /// <summary>Gamma grows by this fraction with every step; the authors' code has 1e-3.</summary>
    public double GammaGrowth { get; init; }

    /// <summary>Gradients in each walk, each on a fresh minibatch.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Step size of the walk; stable below 2 / (largest curvature + gamma).</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>Noise of the walk.</summary>
    public double Noise { get; init; } = 1e-4;

    /// <summary>Weight of each new point in the walk's mean.</summary>
    public double Averaging { get; init; } = 0.75;

    /// <summary>Whether the gradient is gamma (theta - mean), as the definition has it, or theta - mean.</summary>
    public bool ScaledByGamma { get; init; }

    bool IOptimizerOptions.AsksForOtherGradients => true;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.Fraction("momentum", Momentum),
        .. Require.Positive("gamma", Gamma), .. Require.NotNegative("gamma_growth", GammaGrowth),
        .. Require.AtLeast("steps", Steps, 1), .. Require.Positive("step_size", StepSize),
        .. Require.NotNegative("noise", Noise), .. Require.Share("averaging", Averaging),
    ];
}

/// <summary>The descending rule's state, and where the noise of the walks comes from.</summary>
/// <param name="Inner">Of the rule that descends.</param>
/// <param name="Streams">The step is addressed below them.</param>
internal sealed record EntropySgdState(RuleState Inner, RandomStreams Streams) : RuleState
{
    /// <inheritdoc/>
    public override EntropySgdState Map(Func<Tensor, Tensor> replace) => this with { Inner = Inner.Map(replace) };
}

/// <summary>
/// Entropy-SGD (arXiv 1611.01838, algorithm 1): descends the negative local entropy, whose gradient a walk around theta
/// estimates. Costs as many gradients a step as the walk has steps.
/// </summary>
public sealed class EntropySgd(EntropySgdOptions options) : IOptimizer
{
    private readonly LangevinChain _chain = new(options.Steps, options.StepSize, options.Noise, options.Averaging);
    private readonly Momentum _inner = new(new() { LearningRate = options.LearningRate, Momentum = options.Momentum });

    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        new EntropySgdState(_inner.Init(layout, theta, streams), streams);

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var (inner, streams) = (EntropySgdState)state;
        var gamma = options.Gamma * Math.Pow(1 + options.GammaGrowth, state.StepCount);
        var mean = _chain.Mean(gradients.AtFresh, theta, gamma, streams.At("step", state.StepCount));
        var gradient = (theta - mean).mul_(options.ScaledByGamma ? gamma : 1);
        var (update, next) = _inner.Step(
            new ConstantGradient(gradient), theta, inner with { StepCount = state.StepCount });
        return (update.MoveToOuterDisposeScope(),
            new EntropySgdState(next.Map(tensor => tensor.MoveToOuterDisposeScope()), streams)
            {
                StepCount = state.StepCount + 1,
            });
    }
}
