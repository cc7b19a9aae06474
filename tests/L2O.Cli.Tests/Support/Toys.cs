using L2O.Flatness;
using L2O.Optimizees.Analytic;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Cli.Tests.Support;

/// <summary>Options of a toy valley.</summary>
public sealed record ToyValleyOptions : AnalyticOptions
{
    /// <summary>How steep it is.</summary>
    public double Steepness { get; init; } = 1;
}

/// <summary>Options of a toy rule with a step size.</summary>
public sealed record ToyStepOptions : IOptimizerOptions
{
    /// <summary>What the gradient is multiplied by.</summary>
    public double Size { get; init; } = 0.05;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => [];
}

/// <summary>Options of a toy rule that learns its step size.</summary>
public sealed record ToyLearnerOptions : ILearnedOptimizerOptions
{
    /// <summary>The step size before meta-training.</summary>
    public double FirstSize { get; init; } = 0.01;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => [];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> ProblemsUnder(MetaTrainingDemands demands) =>
        demands.SecondDerivatives ? [new("first_size", "is a toy's, without second derivatives; choose another optimizer")] : [];
}

/// <summary>Options of a toy metric.</summary>
public sealed record ToyMetricOptions : IMetricOptions
{
    /// <summary>What the squared parameters are multiplied by.</summary>
    public double Factor { get; init; } = 1;

    /// <inheritdoc/>
    public IReadOnlyList<IMetricOptions> ForAnalysis => [this with { Factor = 3 }];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => [];
}

/// <summary>Things that no release has.</summary>
internal static class Toys
{
    internal static AnalyticProblem Valley(ToyValleyOptions options) => new(
        new([new("x", 3)]),
        _ => ones(3, dtype: float64),
        _ => [],
        (theta, _) => options.Steepness * theta.square().sum());

    internal static IOptimizer Step(ToyStepOptions options) => new Rule(theta => full(1, options.Size, theta.dtype));

    internal sealed class Learner(ToyLearnerOptions options) : ILearnedOptimizer
    {
        public ParameterLayout PhiLayout { get; } = new([new("size", 1)]);

        public Tensor InitialPhi(RandomStreams streams) => full(1, options.FirstSize, float64);

        public IOptimizer At(Tensor phi) => new Rule(_ => phi);

        public ITape Record(Tensor phi) => new AutogradTape(this, phi);
    }

    // |theta|^2, whatever the loss: a number to find again.
    internal sealed class Metric(ToyMetricOptions options) : IFlatnessMetric
    {
        public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
        {
            using var scope = NewDisposeScope();
            return new(options.Factor * point.Theta.square().sum().to(float64).item<double>(), error: 0);
        }

        public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory) =>
            (Measure(point, memory), 2 * options.Factor * point.Theta);
    }

    private sealed class Rule(Func<Tensor, Tensor> size) : IOptimizer
    {
        public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) => new StatelessState();

        public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state) =>
            (-size(theta) * gradients.At(theta), state);
    }
}
