using L2O.Data;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>A formula to minimize: every split has the same loss, and there are no classes.</summary>
/// <param name="problem">The formula.</param>
/// <param name="tensorOptions">Where theta and the constants are made.</param>
public sealed class AnalyticOptimizee(AnalyticProblem problem, TensorOptions tensorOptions) : IOptimizee
{
    /// <summary>The optimizee of a formula, with the options that all formulas share applied.</summary>
    /// <param name="options">Must be valid.</param>
    /// <param name="problem">The formula.</param>
    /// <param name="tensorOptions">Where theta and the constants are made.</param>
    public static IOptimizee Create(AnalyticOptions options, AnalyticProblem problem, TensorOptions tensorOptions) =>
        options.Wrap(new AnalyticOptimizee(options.Logarithm ? problem.Logarithm() : problem, tensorOptions), tensorOptions);

    /// <inheritdoc/>
    public ParameterLayout Layout => problem.Layout;

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams) => new Episode(problem, tensorOptions, streams);

    private sealed class Episode : IEpisode
    {
        private readonly AnalyticProblem _problem;
        private readonly TensorOptions _tensorOptions;
        private readonly RandomStreams _streams;
        private readonly Tensor[] _constants;

        public Episode(AnalyticProblem problem, TensorOptions tensorOptions, RandomStreams streams)
        {
            using var scope = NewDisposeScope();
            _problem = problem;
            _tensorOptions = tensorOptions;
            _streams = streams;
            _constants =
            [
                .. problem.Constants(streams.At("constants"))
                    .Select(constant => tensorOptions.Convert(constant).DetachFromDisposeScope()),
            ];
        }

        public Tensor InitialTheta()
        {
            using var scope = NewDisposeScope();
            return _tensorOptions.Convert(_problem.InitialTheta(_streams.At("theta"))).MoveToOuterDisposeScope();
        }

        public ILoss Minibatch(long step, long draw)
        {
            var constants = _problem.Minibatch(_constants, _streams.At("minibatch", step, draw));
            return new FunctionLoss(theta => Loss(theta, constants));
        }

        public ILoss TrainLoss(long examples) => new FunctionLoss(theta => Loss(theta, _constants));

        public Measurement Measure(Tensor theta, Split split, CancellationToken cancel = default)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            return new(ScalarTensor.Value(Loss(theta, _constants)), Accuracy: null);
        }

        public void Dispose()
        {
            foreach (var constant in _constants)
            {
                constant.Dispose();
            }
        }

        private Tensor Loss(Tensor theta, Tensor[] constants)
        {
            using var scope = NewDisposeScope();
            return _problem.Loss(theta, constants).MoveToOuterDisposeScope();
        }
    }
}
