using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>A loss that counts what is asked of it, and ends the work when told to.</summary>
/// <param name="inner">The loss.</param>
/// <param name="cancel">Checked before every evaluation and every product.</param>
public sealed class MeteredLoss(ILoss inner, CancellationToken cancel) : ILoss
{
    private long _losses, _gradients, _products;

    /// <summary>
    /// The work so far in gradients of the loss: a loss alone counts as a third (a backward pass costs about two forward
    /// ones), one with a graph as the gradient that it is made for, and a product with the Hessian as two (a backward pass
    /// through a gradient's graph).
    /// </summary>
    public double GradientEvaluations => _gradients + (2 * _products) + (_losses / 3.0);

    /// <inheritdoc/>
    public Tensor At(Tensor theta)
    {
        using var work = NumericWork.Begin();
        Count(ref theta.requires_grad ? ref _gradients : ref _losses);
        return inner.At(theta).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
    {
        using var work = NumericWork.Begin();
        Count(ref _gradients);
        var (value, gradient) = inner.WithGradient(theta);
        return (value.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public ICurvature? CurvatureAt(Tensor theta) => inner.CurvatureAt(theta);

    /// <summary>Counts one product with the Hessian, before it is made.</summary>
    internal void CountProduct() => Count(ref _products);

    private void Count(ref long count)
    {
        cancel.ThrowIfCancellationRequested();
        count++;
    }
}
