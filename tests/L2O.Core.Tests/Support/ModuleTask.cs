using L2O.Modules;
using L2O.Randomness;
using L2O.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>A small module on one minibatch.</summary>
internal sealed class ModuleTask : IDisposable
{
    private readonly Linear _left;
    private readonly Linear _right;
    private Tensor _inputs;
    private readonly Tensor _labels;

    internal ModuleTask(Tensor? theta = null)
    {
        _left = nn.Linear(6, 5);
        _right = nn.Linear(5, 3);
        Model = nn.Sequential(("left", _left), ("tanh", nn.Tanh()), ("right", _right));
        Layout = new([.. Model.named_parameters().Select(named => new ParameterShape(named.name, named.parameter.shape))]);
        var streams = RandomStreams.FromSeed(7);
        Set(theta ?? RandomTensors.Normal(streams, "theta", Layout.Count).to(float32) * 0.3);
        _inputs = RandomTensors.Normal(streams, "inputs", 20, 6).to(float32);
        _labels = (_inputs.sum(1) > 0).to(int64) + (_inputs.narrow(1, 0, 1).squeeze(1) > 0.5).to(int64);
    }

    internal Sequential Model { get; }

    internal ParameterLayout Layout { get; }

    internal Tensor Loss() => nn.functional.cross_entropy(Model.call(_inputs), _labels);

    internal Tensor Theta() => cat([.. Model.parameters().Select(parameter => parameter.detach().reshape(-1))]);

    internal float[] Numbers() => Theta().data<float>().ToArray();

    internal (Parameter[] Left, Parameter[] Right) Halves() => ([.. _left.parameters()], [.. _right.parameters()]);

    // The gradient, flat where every parameter has one.
    internal Tensor Backward()
    {
        Model.zero_grad();
        Loss().backward();
        return cat([.. Model.parameters().Select(parameter => (parameter.grad ?? zeros_like(parameter)).reshape(-1))]);
    }

    internal void Set(Tensor theta)
    {
        using var unrecorded = no_grad();
        foreach (var (parameter, part) in Model.parameters().Zip(Layout.Split(theta)))
        {
            parameter.copy_(part);
        }
    }

    internal void To(ScalarType type)
    {
        Model.to(type);
        _inputs = _inputs.to(type);
    }

    public void Dispose() => Model.Dispose();

    /// <summary>Steps of an optimizer that has its parameters.</summary>
    internal void Train(LearnedOptimizer optimizer, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            Backward();
            optimizer.step();
        }
    }
}
