using L2O.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Modules;

/// <summary>
/// A loss of a TorchSharp module as a function of the module's parameters theta [N], for flatness metrics. To compute it elsewhere
/// the parameters are moved there; disposed, it moves them back.
/// </summary>
/// <remarks>
/// Products with the Hessian are of the second and third derivatives that libtorch has: those of fused batch and layer normalization
/// are wrong.
/// </remarks>
public sealed class ModuleLoss : ILoss, IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly Func<Tensor> _loss;
    private readonly Tensor _start;
    private Curvature? _curvature;

    /// <summary>Of a module as it is.</summary>
    /// <param name="module">Its parameters that require gradients are theta, in their order.</param>
    /// <param name="loss">Computes the loss on always the same examples: a scalar.</param>
    /// <exception cref="ArgumentException">No parameter requires a gradient.</exception>
    public ModuleLoss(nn.Module module, Func<Tensor> loss)
    {
        using var scope = NewDisposeScope();
        var named = module.named_parameters().Where(parameter => parameter.parameter.requires_grad).ToArray();
        if (named.Length == 0)
        {
            throw new ArgumentException("no parameter requires a gradient", nameof(module));
        }

        _parameters = [.. named.Select(parameter => parameter.parameter)];
        Layout = new(named.Select(parameter => new ParameterShape(parameter.name, parameter.parameter.shape)));
        _loss = loss;
        _start = Theta().DetachFromDisposeScope();
    }

    /// <summary>The parameters, under the module's names for them.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Where the parameters are now: [N], a copy.</summary>
    public Tensor Theta() => Layout.Join([.. _parameters.Select(parameter => parameter.detach())]);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A graph is asked for: a module has none to other tensors than its own.</exception>
    public Tensor At(Tensor theta)
    {
        if (theta.requires_grad && is_grad_enabled())
        {
            throw new InvalidOperationException(
                "a module's loss is no differentiable function of another tensor; this metric needs a loss that is one");
        }

        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        Move(theta);
        return _loss().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Value, Tensor Gradient) WithGradient(Tensor theta)
    {
        using var scope = NewDisposeScope();
        using var recorded = enable_grad();
        Move(theta);
        var value = _loss();
        var gradient = Layout.Join(Gradients.Of(value, _parameters));
        return (value.detach().MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public ICurvature CurvatureAt(Tensor theta)
    {
        Move(theta);
        return _curvature ??= new(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Move(_start);
        _curvature?.Dispose();
        _start.Dispose();
    }

    // A graph from before does not outlive a change of what it was made of.
    private void Move(Tensor theta)
    {
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        if (Theta().Equals(theta))
        {
            return;
        }

        _curvature?.Dispose();
        _curvature = null;
        foreach (var (parameter, part) in _parameters.Zip(Layout.Split(theta)))
        {
            parameter.copy_(part);
        }
    }

    /// <summary>The gradient's graph where the parameters are, which serves any number of products.</summary>
    private sealed class Curvature : ICurvature, IDisposable
    {
        private readonly ModuleLoss _owner;
        private readonly Tensor[] _gradients;

        internal Curvature(ModuleLoss owner)
        {
            using var scope = NewDisposeScope();
            using var recorded = enable_grad();
            _owner = owner;
            _gradients = [.. Gradients.Of(owner._loss(), owner._parameters, differentiable: true).Select(gradient => gradient.DetachFromDisposeScope())];
        }

        public Tensor TimesVector(Tensor v)
        {
            using var scope = NewDisposeScope();
            return Product(v, differentiable: false).MoveToOuterDisposeScope();
        }

        public (Tensor Product, Tensor FormGradient) TimesVectorWithGradient(Tensor v)
        {
            using var scope = NewDisposeScope();
            using var recorded = enable_grad();
            var product = Product(v.detach(), differentiable: true);
            var gradient = _owner.Layout.Join(Gradients.TimesCotangents([product], _owner._parameters, [v.detach()], repeatable: true));
            return (product.detach().MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
        }

        public void Dispose()
        {
            foreach (var gradient in _gradients)
            {
                gradient.Dispose();
            }
        }

        private Tensor Product(Tensor v, bool differentiable) => _owner.Layout.Join(Gradients.TimesCotangents(
            _gradients, _owner._parameters, _owner.Layout.Split(v), differentiable, repeatable: true));
    }
}
