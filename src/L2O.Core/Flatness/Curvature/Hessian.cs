using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>
/// The Hessian H of a loss at one point, as an operator. Products are the loss's own where it has them; else the gradient's graph is
/// built once and serves any number of them. Exact for what autograd differentiates three times, which fused batch and layer
/// normalisation are not.
/// </summary>
public sealed class Hessian
{
    private readonly ILoss _loss;
    private readonly MeteredLoss? _metered;
    private readonly ICurvature? _curvature;
    private readonly Tensor _theta;
    private readonly Tensor? _gradient;
    private readonly Tensor? _detached;

    /// <summary>What is kept belongs to the caller's scope.</summary>
    /// <param name="loss">Twice differentiable; a metered one counts the products too.</param>
    /// <param name="theta">[N].</param>
    /// <param name="isGraphNeeded">
    /// Whether products are to be functions of theta, or weighed with another vector: a loss's own products are constants.
    /// </param>
    public Hessian(ILoss loss, Tensor theta, bool isGraphNeeded = false)
    {
        using var work = NumericWork.Begin();
        (_loss, _metered) = (loss, loss as MeteredLoss);
        _theta = theta.detach().MoveToOuterDisposeScope();
        Theta = theta.detach().requires_grad_().MoveToOuterDisposeScope();
        _curvature = isGraphNeeded ? null : loss.CurvatureAt(_theta);
        if (_curvature is null)
        {
            _gradient = Gradients.Of(loss.At(Theta), Theta, differentiable: true).MoveToOuterDisposeScope();
            _detached = _gradient.detach().MoveToOuterDisposeScope();
        }
    }

    /// <summary>Rows, and columns: N.</summary>
    public long Size => Theta.shape[0];

    /// <summary>The point, on which differentiable products depend: [N].</summary>
    internal Tensor Theta { get; }

    private Tensor GradientWithGraph => _gradient
        ?? throw new InvalidOperationException("The loss's own products have no graph; say that one is needed.");

    /// <summary>The gradient of the loss: [N], without a graph.</summary>
    public Tensor Gradient()
    {
        if (_detached is not null)
        {
            return _detached;
        }

        using var work = NumericWork.Begin();
        return _loss.WithGradient(_theta).Gradient.MoveToOuterDisposeScope();
    }

    /// <summary>H v: [N], without a graph.</summary>
    /// <param name="v">[N].</param>
    public Tensor TimesVector(Tensor v)
    {
        using var work = NumericWork.Begin();
        _metered?.CountProduct();
        var product = _curvature?.TimesVector(v)
            ?? Gradients.TimesCotangents([GradientWithGraph], Theta, [v], repeatable: true);
        return product.MoveToOuterDisposeScope();
    }

    /// <summary>v'Hv.</summary>
    /// <param name="v">[N].</param>
    public double QuadraticForm(Tensor v)
    {
        using var work = NumericWork.Begin();
        return ScalarTensor.Value(v.dot(TimesVector(v)));
    }

    /// <summary>H v as a function of theta, and of whatever v depends on: [N].</summary>
    internal Tensor DifferentiableTimesVector(Tensor v)
    {
        using var work = NumericWork.Begin();
        _metered?.CountProduct();
        return Gradients.TimesCotangents([GradientWithGraph], Theta, [v], differentiable: true).MoveToOuterDisposeScope();
    }

    /// <summary>H v, and the gradient of v'Hv in theta at fixed v, a third derivative: both [N].</summary>
    /// <param name="v">[N].</param>
    public (Tensor Product, Tensor FormGradient) TimesVectorWithGradient(Tensor v)
    {
        if (_curvature is null)
        {
            return TimesVectorWithGradient(v, _ => v);
        }

        using var work = NumericWork.Begin();
        _metered?.CountProduct();
        var (product, gradient) = _curvature.TimesVectorWithGradient(v);
        return (product.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }

    /// <summary>H v, and the gradient of w'Hv in theta at fixed v and w, a third derivative: both [N].</summary>
    /// <param name="v">[N].</param>
    /// <param name="w">What to weigh H v with, given H v.</param>
    public (Tensor Product, Tensor FormGradient) TimesVectorWithGradient(Tensor v, Func<Tensor, Tensor> w)
    {
        using var work = NumericWork.Begin();
        var product = DifferentiableTimesVector(v.detach());
        var value = product.detach();
        var gradient = Gradients.TimesCotangents([product], Theta, [w(value)], repeatable: true);
        return (value.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }

    /// <summary>All of H: [N, N]. N products; for tests and small problems.</summary>
    public Tensor Dense()
    {
        using var work = NumericWork.Begin();
        var identity = eye(Size, dtype: Theta.dtype, device: Theta.device);
        return stack([.. identity.unbind(0).Select(TimesVector)]).MoveToOuterDisposeScope();
    }
}
