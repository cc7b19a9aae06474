using L2O.Data;
using L2O.Optimizees;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>One deterministic function with one start.</summary>
internal sealed class FunctionOptimizee(Func<Tensor, Tensor> function, double[] start) : IOptimizee, IEpisode
{
    public ParameterLayout Layout { get; } = new([new("theta", start.Length)]);

    public IEpisode Start(RandomStreams streams) => this;

    public Tensor InitialTheta() => tensor(start);

    public ILoss Minibatch(long step, long draw) => new FunctionLoss(function);

    public ILoss TrainLoss(long examples) => new FunctionLoss(function);

    public Measurement Measure(Tensor theta, Split split, CancellationToken cancel = default)
    {
        using var scope = NewDisposeScope();
        return new(function(theta).item<double>(), null);
    }

    public void Dispose()
    {
    }
}
