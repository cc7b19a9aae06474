using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>
/// The Hessian H of a loss at one point, as an operator. The gradient's graph is built once and serves any number of
/// products. Exact for what autograd differentiates three times, which fused batch and layer normalisation are not.
/// </summary>
public sealed class Hessian
{
    private readonly Tensor _gradient;
    private readonly MeteredLoss? _metered;

    /// <summary>Evaluates the gradient; what is kept belongs to the caller's scope.</summary>
    /// <param name="loss">Twice differentiable; a metered one counts the products too.</param>
    /// <param name="theta">[N].</param>
    public Hessian(ILoss loss, Tensor theta)
    {
        using var work = NumericWork.Begin();
        _metered = loss as MeteredLoss;
        Theta = theta.detach().requires_grad_().MoveToOuterDisposeScope();
        _gradient = Gradients.Of(loss.At(Theta), Theta, differentiable: true).MoveToOuterDisposeScope();
        Gradient = _gradient.detach().MoveToOuterDisposeScope();
    }

    /// <summary>Rows, and columns: N.</summary>
    public long Size => Theta.shape[0];

    /// <summary>The gradient of the loss: [N], without a graph.</summary>
    public Tensor Gradient { get; }

    /// <summary>The point, on which differentiable products depend: [N].</summary>
    internal Tensor Theta { get; }

    /// <summary>H v: [N], without a graph.</summary>
    /// <param name="v">[N].</param>
    public Tensor TimesVector(Tensor v)
    {
        using var work = NumericWork.Begin();
        _metered?.CountProduct();
        return Gradients.TimesCotangents([_gradient], Theta, [v], repeatable: true).MoveToOuterDisposeScope();
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
        return Gradients.TimesCotangents([_gradient], Theta, [v], differentiable: true).MoveToOuterDisposeScope();
    }

    /// <summary>H v, and the gradient of w'Hv in theta at fixed v and w, a third derivative: both [N].</summary>
    /// <param name="v">[N].</param>
    /// <param name="w">What to weigh H v with, given H v; v itself for the quadratic form v'Hv.</param>
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
