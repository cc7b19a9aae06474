using L2O.Data;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>An episode in other coordinates x, where theta = factor * x; losses stay the same.</summary>
internal sealed class ScaledEpisode : IEpisode
{
    private readonly IEpisode _inner;
    private readonly Tensor _factor;

    /// <summary>Takes ownership of both arguments.</summary>
    /// <param name="inner">In coordinates theta.</param>
    /// <param name="factor">[N] or a scalar.</param>
    internal ScaledEpisode(IEpisode inner, Tensor factor)
    {
        _inner = inner;
        _factor = factor.DetachFromDisposeScope();
    }

    public Tensor InitialTheta()
    {
        using var scope = NewDisposeScope();
        return (_inner.InitialTheta() / _factor).MoveToOuterDisposeScope();
    }

    public bool IsDisturbed => _inner.IsDisturbed;

    public ILoss Minibatch(long step, long draw) => new ScaledLoss(_inner.Minibatch(step, draw), _factor);

    public ILoss UndisturbedMinibatch(long step, long draw) =>
        new ScaledLoss(_inner.UndisturbedMinibatch(step, draw), _factor);

    public ILoss HeldOutMinibatch(long step, long draw) => new ScaledLoss(_inner.HeldOutMinibatch(step, draw), _factor);

    public ILoss TrainLoss(long examples) => new ScaledLoss(_inner.TrainLoss(examples), _factor);

    public Measurement Measure(Tensor theta, Split split, CancellationToken cancel = default)
    {
        using var scope = NewDisposeScope();
        return _inner.Measure(theta * _factor, split, cancel);
    }

    public void Dispose()
    {
        _inner.Dispose();
        _factor.Dispose();
    }

    private sealed class ScaledLoss(ILoss inner, Tensor factor) : ILoss
    {
        public Tensor At(Tensor theta)
        {
            using var scope = NewDisposeScope();
            return inner.At(theta * factor).MoveToOuterDisposeScope();
        }

        public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
        {
            using var scope = NewDisposeScope();
            var (value, gradient) = inner.WithGradient(theta * factor);
            return (value.MoveToOuterDisposeScope(), (gradient * factor).MoveToOuterDisposeScope());
        }

        public ICurvature? CurvatureAt(Tensor theta) =>
            inner.CurvatureAt(theta) is null ? null : new ScaledCurvature(inner, factor, theta);
    }

    private sealed class ScaledCurvature(ILoss inner, Tensor factor, Tensor theta) : ICurvature
    {
        public Tensor TimesVector(Tensor v)
        {
            using var scope = NewDisposeScope();
            return (At(theta * factor).TimesVector(v * factor) * factor).MoveToOuterDisposeScope();
        }

        public (Tensor Product, Tensor FormGradient) TimesVectorWithGradient(Tensor v)
        {
            using var scope = NewDisposeScope();
            var (product, gradient) = At(theta * factor).TimesVectorWithGradient(v * factor);
            return ((product * factor).MoveToOuterDisposeScope(), (gradient * factor).MoveToOuterDisposeScope());
        }

        private ICurvature At(Tensor point) =>
            inner.CurvatureAt(point) ?? throw new InvalidOperationException("A loss has products of its own at one point and not at another.");
    }
}
