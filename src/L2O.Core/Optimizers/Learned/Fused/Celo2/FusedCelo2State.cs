using L2O.Optimizers.Learned.Coordinatewise;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>What the kernel of Celo2 keeps.</summary>
/// <param name="Momenta">Means of gradients: [K, N].</param>
/// <param name="MeanSquare">Of gradients: [N].</param>
/// <param name="Factored">Means of squared gradients over rows and columns: [K, values].</param>
internal sealed record FusedCelo2State(Tensor Momenta, Tensor MeanSquare, Tensor Factored) : RuleState
{
    /// <summary>The optimizee's tensors.</summary>
    internal required Celo2Layout Layout { get; init; }

    /// <summary>Before the first step.</summary>
    internal static FusedCelo2State Initial(Celo2Network network, Celo2Layout layout, Tensor theta) =>
        new(
            zeros(network.DecayCount, layout.Count, dtype: theta.dtype),
            zeros(layout.Count, dtype: theta.dtype),
            zeros(network.DecayCount, layout.MeanCount, dtype: theta.dtype))
        {
            Layout = layout,
        };

    /// <inheritdoc/>
    public override FusedCelo2State Map(Func<Tensor, Tensor> replace) => this with
    {
        Momenta = replace(Momenta),
        MeanSquare = replace(MeanSquare),
        Factored = replace(Factored),
    };
}
