#:package L2O.Core@0.2.0
#:property OutputType=Library
#:property GenerateDocumentationFile=true
#:property NoWarn=CS1591

// A plug-in: kinds of one's own for the program, here a learned optimizer and an optimizee.
//   dotnet build own-plugin.cs --output own-plugin
//   l2o list optimizers --plugin own-plugin/own-plugin.dll
using L2O.Optimizees.Analytic;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Randomness;
using L2O.Registration;
using L2O.Tensors;
using static TorchSharp.torch;

public sealed class OwnKinds : IPlugin
{
    public IEnumerable<IDisposable> Register() =>
    [
        Registry.AddLearnedOptimizer<LearnedRateOptions>("learned_rate", options => new LearnedRate(options)),
        Registry.AddFormula<EllipseOptions>("ellipse", options => new(
            new([new("x", options.Dimension)]),
            InitialTheta: _ => ones(options.Dimension, dtype: float64),
            Constants: _ => [arange(1, options.Dimension + 1, dtype: float64)],
            Loss: (theta, constants) => (constants[0] * theta.square()).sum())),
    ];
}

/// <summary>A sum of squares, each along its axis steeper than the one before.</summary>
public sealed record EllipseOptions : AnalyticOptions
{
    /// <summary>Parameters.</summary>
    public int Dimension { get; init; } = 10;
}

/// <summary>Gradient descent whose learning rate is trained.</summary>
public sealed record LearnedRateOptions : ILearnedOptimizerOptions
{
    /// <summary>The learning rate before meta-training.</summary>
    public double FirstRate { get; init; } = 0.01;

    public IEnumerable<OptionProblem> Problems() => Require.Positive("first_rate", FirstRate);
}

public sealed class LearnedRate(LearnedRateOptions options) : ILearnedOptimizer
{
    public ParameterLayout PhiLayout { get; } = new([new("log_rate", 1)]);
    public Tensor InitialPhi(RandomStreams streams) => full(1, Math.Log(options.FirstRate), float64);
    public IOptimizer At(Tensor phi) => new Descent(phi);
    public ITape Record(Tensor phi) => new AutogradTape(this, phi);

    private sealed class Descent(Tensor phi) : IOptimizer
    {
        public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) => new StatelessState();
        public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state) =>
            (-phi.exp() * gradients.At(theta), state with { StepCount = state.StepCount + 1 });
    }
}
