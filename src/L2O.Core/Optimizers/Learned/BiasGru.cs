using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>
/// The gated recurrent cell of L2O-Scale (arXiv 1703.04813): the reset gate acts before the candidate's matrix, an
/// update gate near 1 keeps the old state, and the caller may add to the bias.
/// </summary>
/// <param name="gatesWeight">[inputs + H, 2H]: reset, then update.</param>
/// <param name="gateBias">[2H].</param>
/// <param name="candidateWeight">[inputs + H, H].</param>
/// <param name="outputBias">[H].</param>
internal sealed class BiasGru(Tensor gatesWeight, Tensor gateBias, Tensor candidateWeight, Tensor outputBias)
{
    /// <summary>The cell's own bias of the two gates and the candidate: [3H, 1].</summary>
    internal Tensor Bias { get; } = cat([gateBias, outputBias]).unsqueeze(1);

    /// <summary>The next state: [H, rows].</summary>
    /// <param name="inputs">[inputs, rows].</param>
    /// <param name="state">[H, rows].</param>
    /// <param name="bias">All of the bias, the cell's own included: [3H, rows], or [3H, 1] for all rows alike.</param>
    internal Tensor Step(Tensor inputs, Tensor state, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var size = state.shape[0];
        var (gatesBias, candidateBias) = (bias.narrow(0, 0, 2 * size), bias.narrow(0, 2 * size, size));
        var gates = gatesBias.addmm(gatesWeight.t(), cat([inputs, state])).sigmoid().chunk(2);
        var (reset, update) = (gates[0], gates[1]);
        var candidate = candidateBias.addmm(candidateWeight.t(), cat([inputs, reset * state])).tanh();
        return lerp(candidate, state, update).MoveToOuterDisposeScope();
    }
}
