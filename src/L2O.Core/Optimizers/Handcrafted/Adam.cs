using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Handcrafted;

/// <summary>Options of Adam.</summary>
public record AdamOptions() : LearningRateOptions(1e-3)
{
    /// <summary>Decay of the mean of gradients.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.Fraction("beta1", Beta1),
        .. Require.Fraction("beta2", Beta2), .. Require.NotNegative("epsilon", Epsilon),
    ];
}

/// <summary>Options of AdamW.</summary>
public sealed record AdamWOptions : AdamOptions
{
    /// <summary>Each step takes learning rate times this fraction off the parameters.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.NotNegative("weight_decay", WeightDecay)];
}

/// <summary>Decaying means of gradients and of their squares, not yet corrected for their start at zero.</summary>
/// <param name="FirstMoment">[N].</param>
/// <param name="SecondMoment">[N].</param>
internal sealed record AdamState(Tensor FirstMoment, Tensor SecondMoment) : RuleState
{
    /// <inheritdoc/>
    public override AdamState Map(Func<Tensor, Tensor> replace) =>
        this with { FirstMoment = replace(FirstMoment), SecondMoment = replace(SecondMoment) };
}

/// <summary>Adam (arXiv 1412.6980, algorithm 1); with <see cref="AdamWOptions"/>, AdamW (arXiv 1711.05101).</summary>
public sealed class Adam(AdamOptions options) : IOptimizer
{
    private readonly double _weightDecay = (options as AdamWOptions)?.WeightDecay ?? 0;

    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        new AdamState(zeros_like(theta), zeros_like(theta));

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var (m, v) = (AdamState)state;
        var step = state.StepCount + 1;
        var gradient = gradients.At(theta);
        m = m.mul(options.Beta1).add_(gradient, alpha: 1 - options.Beta1);
        v = v.mul(options.Beta2).addcmul_(gradient, gradient, value: 1 - options.Beta2);

        // Differentiable: the root is left as it is, and its derivative is infinite where a coordinate never had a gradient.
        var root = v.clamp_min(finfo(v.dtype).tiny).sqrt();
        var denominator = root.div(Math.Sqrt(1 - Math.Pow(options.Beta2, step))).add_(options.Epsilon);
        var update = m.div(denominator).mul_(-options.LearningRate / (1 - Math.Pow(options.Beta1, step)));
        if (_weightDecay > 0)
        {
            update.add_(theta, alpha: -options.LearningRate * _weightDecay);
        }

        return (update.MoveToOuterDisposeScope(),
            new AdamState(m.MoveToOuterDisposeScope(), v.MoveToOuterDisposeScope()) { StepCount = step });
    }
}
