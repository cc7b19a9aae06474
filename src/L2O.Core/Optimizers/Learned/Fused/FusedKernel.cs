using System.Numerics;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>A coordinate-wise network at one phi, over the memory of tensors.</summary>
internal interface IFusedKernel
{
    /// <summary>One step.</summary>
    /// <param name="gradient">[N].</param>
    /// <param name="state">[tiles, rows, lanes]; left as it was.</param>
    /// <param name="nextState">Receives as much.</param>
    /// <param name="update">Receives [N].</param>
    /// <param name="step">Counted from 1.</param>
    void Step(Tensor gradient, Tensor state, Tensor nextState, Tensor update, long step);

    /// <summary>The gradient of sum_s &lt;cotangent_s, update_s&gt; with respect to phi.</summary>
    /// <param name="gradients">Each step's [N].</param>
    /// <param name="cotangents">Each step's [N].</param>
    /// <param name="state">Before the first step: [tiles, rows, lanes].</param>
    /// <param name="firstStep">Its number, counted from 1.</param>
    /// <param name="metaGradient">Receives [P].</param>
    void MetaGradient(
        IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> cotangents, Tensor state, long firstStep, Tensor metaGradient);
}

/// <summary>The same for one kind of vector and number; may be used by several threads at once.</summary>
internal sealed unsafe class FusedKernel<TOps, TVector, TElement> : IFusedKernel
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private readonly KernelPlan _plan;
    private readonly PackedWeights<TElement> _weights;
    private readonly Pool<ForwardPass<TOps, TVector, TElement>> _forwardPasses;

    internal FusedKernel(KernelPlan plan, Tensor phi)
    {
        _plan = plan;
        _weights = new(plan.Network, new(TensorMemory.Start<TElement>(phi), (int)phi.NumberOfElements));
        _forwardPasses = new(() => new(plan, _weights));
    }

    /// <inheritdoc/>
    public void Step(Tensor gradient, Tensor state, Tensor nextState, Tensor update, long step)
    {
        var pass = _forwardPasses.Rent();
        pass.Run(
            TensorMemory.Start<TElement>(gradient),
            TensorMemory.Start<TElement>(state),
            TensorMemory.Start<TElement>(nextState),
            TensorMemory.Start<TElement>(update),
            gradient.NumberOfElements,
            step);
        _forwardPasses.Return(pass);
    }

    /// <inheritdoc/>
    public void MetaGradient(
        IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> cotangents, Tensor state, long firstStep, Tensor metaGradient)
    {
        var window = new UnrollWindow(
            gradients[0].NumberOfElements,
            Address(state),
            firstStep,
            [.. gradients.Select(Address)],
            [.. cotangents.Select(Address)]);
        new MetaGradientPass<TOps, TVector, TElement>(_plan, _weights).Run(
            window, new(TensorMemory.Start<TElement>(metaGradient), (int)metaGradient.NumberOfElements));
    }

    private static nint Address(Tensor tensor) => (nint)TensorMemory.Start<TElement>(tensor);
}
