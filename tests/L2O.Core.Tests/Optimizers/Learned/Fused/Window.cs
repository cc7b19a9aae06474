using L2O.Optimizers;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned.Fused;

/// <summary>A phi, and gradients and cotangents [steps, N] to run an unroll on.</summary>
internal sealed record Window(Tensor Phi, Tensor Gradients, Tensor Cotangents)
{
    /// <summary>float64 numbers that float32 holds too, so that both start from the same.</summary>
    internal static Window Draw(ILearnedOptimizer optimizer, int count, int steps)
    {
        using var generator = RandomStreams.FromSeed(1).Generator("window");
        Tensor Draw() => randn(steps, count, dtype: float64, generator: generator).to(float32).to(float64);
        var phi = optimizer.InitialPhi(RandomStreams.FromSeed(2)).to(float32).to(float64);

        // With a mean, so that the sum that is the gradient of the head's bias is not all cancellation.
        return new(phi, Draw() * 0.125, Draw() + 0.5);
    }

    internal Window To(ScalarType type) => new(Phi.to(type), Gradients.to(type), Cotangents.to(type));

    internal Window Steps(long start, long count) => this with
    {
        Gradients = Gradients.narrow(0, start, count),
        Cotangents = Cotangents.narrow(0, start, count),
    };

    /// <summary>Updates [steps, N] and the meta-gradient.</summary>
    internal (Tensor Updates, Tensor MetaGradient) Through(ITape tape) =>
        (stack(Run(tape, Gradients.unbind(), start: null).Updates), tape.TimesCotangents(Cotangents.unbind()));

    internal static (List<Tensor> Updates, RuleState State) Run(
        IOptimizer rule, Tensor[] gradients, RuleState? start)
    {
        var theta = zeros_like(gradients[0]);
        var state = start ?? rule.Init(new([new("theta", theta.shape)]), theta, default);
        List<Tensor> updates = [];
        foreach (var gradient in gradients)
        {
            (var update, state) = rule.Step(new ConstantGradient(gradient), theta, state);
            updates.Add(update);
        }

        return (updates, state);
    }
}
