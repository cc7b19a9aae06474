using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>A scalar loss as a function of flat parameters: one minibatch's, or an analytic function.</summary>
public interface ILoss
{
    /// <summary>The loss at theta [N], a scalar; differentiable as often as the function is.</summary>
    Tensor At(Tensor theta);

    /// <summary>What multiplies by the Hessian at theta without a graph; null where autograd is all there is.</summary>
    /// <param name="theta">[N]; must live as long as the result is used.</param>
    ICurvature? CurvatureAt(Tensor theta) => null;

    /// <summary>The loss and its gradient [N] at theta, both without a graph.</summary>
    (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
    {
        using var scope = NewDisposeScope();
        var at = theta.detach().requires_grad_();
        var value = At(at);
        var gradient = Gradients.Of(value, at);
        return (value.detach().MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }
}

/// <summary>The Hessian H of a loss at one point, as an operator on constants.</summary>
public interface ICurvature
{
    /// <summary>H v: [N].</summary>
    Tensor TimesVector(Tensor v);

    /// <summary>H v, and the gradient of v'Hv in theta at fixed v: both [N].</summary>
    (Tensor Product, Tensor FormGradient) TimesVectorWithGradient(Tensor v);
}

/// <summary>A loss given as a function.</summary>
public sealed class FunctionLoss(Func<Tensor, Tensor> function) : ILoss
{
    /// <inheritdoc/>
    public Tensor At(Tensor theta) => function(theta);
}
