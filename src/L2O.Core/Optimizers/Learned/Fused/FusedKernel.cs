using System.Numerics;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>A coordinate-wise network at one phi, over the memory of tensors.</summary>
internal interface IFusedKernel
{
    /// <summary>One step.</summary>
    /// <param name="gradient">[N].</param>
    /// <param name="state">Before the step.</param>
    /// <param name="nextState">Its tensors receive the values after the step; may be the same ones.</param>
    /// <param name="update">Receives [N].</param>
    void Step(Tensor gradient, TiledState state, TiledState nextState, Tensor update);

    /// <summary>The gradient of sum_s &lt;cotangent_s, update_s&gt; with respect to phi.</summary>
    /// <param name="gradients">Each step's [N].</param>
    /// <param name="cotangents">Each step's [N].</param>
    /// <param name="start">Before the first step.</param>
    /// <param name="metaGradient">Receives [P].</param>
    void MetaGradient(
        IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> cotangents, TiledState start, Tensor metaGradient);
}

/// <summary>The same for one kind of vector and number; may be used by several threads at once.</summary>
/// <remarks>What it computes with knows tensors by address alone, so it keeps them alive until that has ended.</remarks>
internal sealed unsafe class FusedKernel<TOps, TVector, TElement> : IFusedKernel
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private readonly KernelPlan _plan;
    private readonly PackedWeights<TElement> _weights;
    private readonly Pool<ForwardPass<TOps, TVector, TElement>> _forwardPasses = new();

    internal FusedKernel(KernelPlan plan, Tensor phi)
    {
        _plan = plan;
        var count = plan.Sums.OfPhi.Length;
        _weights = new(plan.Network, new(TensorMemory.Start<TElement>(phi, count), count));
        GC.KeepAlive(phi);
    }

    /// <inheritdoc/>
    public void Step(Tensor gradient, TiledState state, TiledState nextState, Tensor update)
    {
        var pass = _forwardPasses.Take() ?? new(_plan, _weights);
        pass.Run(gradient, state, nextState, update);
        _forwardPasses.Return(pass);
        GC.KeepAlive(gradient);
        GC.KeepAlive(state);
        GC.KeepAlive(nextState);
        GC.KeepAlive(update);
    }

    /// <inheritdoc/>
    public void MetaGradient(
        IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> cotangents, TiledState start, Tensor metaGradient)
    {
        var count = _plan.Sums.OfPhi.Length;
        var result = TensorMemory.Start<TElement>(metaGradient, count);
        new MetaGradientPass<TOps, TVector, TElement>(_plan, _weights, gradients, cotangents, start).Run(new(result, count));
        GC.KeepAlive(gradients);
        GC.KeepAlive(cotangents);
        GC.KeepAlive(start);
        GC.KeepAlive(metaGradient);
    }
}
