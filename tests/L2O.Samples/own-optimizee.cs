#:package L2O.Core@0.2.0
#:package libtorch-cpu-linux-x64@2.10.0

// Meta-trains an optimizer on a problem of one's own, here robust regression with other data in every episode, then uses it on
// an episode that it has not seen.
using L2O.Data;
using L2O.Evaluation;
using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizees.Analytic;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

const int examples = 64, features = 20, steps = 60, iterations = 200;

TensorOptions onTheCpu = new(CPU, float32);
AnalyticProblem regression = new(
    new([new("weights", features)]),
    InitialTheta: streams => Normal(streams, features),
    Constants: streams => [Normal(streams.At("inputs"), examples, features), Normal(streams.At("targets"), examples)],
    Loss: (theta, constants) => (constants[0].mv(theta) - constants[1]).square().add(1).sqrt().sub(1).mean());
AnalyticOptimizee optimizee = new(regression, onTheCpu);
RnnProp learned = new(new() { Hidden = [8], InputSize = 8, OutputScale = 0.1 });

MetaTrainer trainer = new(
    learned, new Adam(new() { LearningRate = 3e-3 }), [new("regression", optimizee)], regularizer: null, teachers: [],
    new() { Iterations = iterations, Steps = steps }, RandomStreams.FromSeed(1), onTheCpu, new Workers(1));

using var work = NumericWork.Begin();
var state = trainer.Start();
while (state.Iteration < iterations)
{
    (state, _) = trainer.Advance(state);
}

Console.WriteLine($"before meta-training {LossAfter(learned.At(trainer.Start().Phi)):F3}");
Console.WriteLine($"after it             {LossAfter(learned.At(state.Phi)):F3}");
foreach (var rate in new[] { 0.03, 0.1, 0.3 })
{
    Console.WriteLine($"Adam at {rate,-4}         {LossAfter(new Adam(new() { LearningRate = rate })):F3}");
}

double LossAfter(IOptimizer optimizer)
{
    using var episode = optimizee.Start(RandomStreams.FromSeed(1000));
    var theta = Rollout.Run(optimizer, optimizee.Layout, episode, RandomStreams.FromSeed(1), steps, _ => true);
    return episode.Measure(theta, Split.Train).Loss;
}

static Tensor Normal(RandomStreams streams, params long[] shape)
{
    using var generator = streams.Generator("normal");
    return randn(shape, dtype: float64, generator: generator);
}
