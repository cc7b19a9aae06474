using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>An update that is a formula of one number phi, the gradients and theta.</summary>
internal class FormulaRule(Func<Tensor, IGradientSource, Tensor, Tensor> update) : ILearnedOptimizer
{
    public ParameterLayout PhiLayout { get; } = new([new("phi", 1)]);

    public Tensor InitialPhi(RandomStreams streams) => zeros(1, dtype: float64);

    public IOptimizer At(Tensor phi) => new Rule(phi, update);

    public ITape Record(Tensor phi) => new AutogradTape(this, phi);

    private sealed class Rule(Tensor phi, Func<Tensor, IGradientSource, Tensor, Tensor> update) : IOptimizer
    {
        public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) => new StatelessState();

        public (Tensor Update, RuleState State) Step(
            IGradientSource gradients, Tensor theta, RuleState state) =>
            (update(phi, gradients, theta), state);
    }
}
