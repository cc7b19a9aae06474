using L2O.Data;
using L2O.Optimizees;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>|x - c|^2 + 1 from a drawn start, with a center that is drawn anew for every minibatch.</summary>
internal sealed class NoisyBowl(ScalarType dtype = ScalarType.Float64) : IOptimizee
{
    public ParameterLayout Layout { get; } = new([new("theta", 4)]);

    public IEpisode Start(RandomStreams streams) => new Episode(dtype, streams);

    private sealed class Episode(ScalarType dtype, RandomStreams streams) : IEpisode
    {
        public Tensor InitialTheta() => Normal("theta", 0, 0);

        public ILoss Minibatch(long step, long draw) =>
            new FunctionLoss(x => (x - (0.1 * Normal("center", step, draw))).square().sum() + 1);

        public ILoss TrainLoss(long examples) => new FunctionLoss(x => x.square().sum() + 1);

        public Measurement Measure(Tensor theta, Split split, CancellationToken cancel = default) => new(theta.square().sum().item<double>() + 1, null);

        public void Dispose()
        {
        }

        private Tensor Normal(string purpose, long step, long draw)
        {
            using var generator = streams.Generator(purpose, step, draw);
            return randn(4, dtype: float64, generator: generator).to(dtype);
        }
    }
}
