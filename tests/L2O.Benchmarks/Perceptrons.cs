using L2O.Data;
using L2O.Evaluation;
using L2O.Flatness.Curvature;
using L2O.Kernels;
using L2O.Optimizees.Networks;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>
/// Gradients of small perceptrons, minibatch included: the kernel, on one thread and on all, beside libtorch's graph as users of
/// TorchSharp write it and beside the arithmetic at the peak; and steps of whole rollouts.
/// </summary>
internal static class Perceptrons
{
    private const int Repeats = 200;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1.5);

    // On one core it takes the runtime two seconds to compile what calls the kernels for the second time.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly PerceptronShape[] Shapes =
    [
        new("784-20-10, 128", [1, 28, 28], [20], 128), new("784-100-10, 128", [1, 28, 28], [100], 128),
        new("784-20-20-10, 128", [1, 28, 28], [20, 20], 128), PerceptronShape.Small,
    ];

    private static readonly (string Name, IOptimizer Rule)[] Rules =
    [
        ("sgd", new Sgd(new() { LearningRate = 0.1 })), ("adam", new Adam(new())),
        ("dm", At(new DmOptimizer(new()))), ("rnnprop", At(new RnnProp(new() { Hidden = [12], InputSize = 12 }))),
        ("celo2", At(new Celo2Optimizer(new()))), ("scale", At(new ScaleOptimizer(new()))),
    ];

    internal static void Print()
    {
        var peak = FmaPeak.Measure(threads: 1);
        Console.WriteLine($"One core can do {peak:F0} GFLOP/s in multiply-adds. Microseconds of a gradient, minibatch included:");
        _ = GradientTimes(Shapes[0], WarmUp);
        foreach (var shape in Shapes)
        {
            Gradients(shape, peak);
        }

        Console.WriteLine("Microseconds of products with the Hessian H:");
        foreach (var shape in Shapes)
        {
            Products(shape);
        }

        Console.WriteLine("Steps a second on one thread:");
        foreach (var shape in Shapes)
        {
            using var data = shape.Noise();
            var times = Interleaved.Measure(
                [.. Rules.Select(rule => new Candidate(rule.Name, 1, Steps(rule.Rule, shape.Optimizee(data, Backend.Auto)), Repeats))],
                Budget);
            Console.WriteLine($"  {shape.Name}: {string.Join(", ", times.Select(time => $"{time.Name} {1 / time.Minimum:N0}"))}");
        }
    }

    private static void Gradients(PerceptronShape shape, double peak)
    {
        var sizes = Sizes(shape);
        var operations = 2.0 * shape.BatchSize
            * ((3 * sizes.Skip(1).Zip(sizes, (outputs, inputs) => outputs * inputs).Sum()) - (sizes[0] * sizes[1]));
        var times = GradientTimes(shape, Budget);
        var arithmetic = operations / peak / 1e9;
        Console.WriteLine(
            $"  {shape.Name}: {string.Join(", ", times.Select(time => $"{time.Name} {time.Minimum * 1e6:F0} (median {time.Median * 1e6:F0})"))}; "
            + $"arithmetic at the peak {arithmetic * 1e6:F0}; graph to kernel {times[2].Minimum / times[0].Minimum:F1}, "
            + $"by hand to kernel {times[1].Minimum / times[0].Minimum:F1}");
    }

    private static IReadOnlyList<Timing> GradientTimes(PerceptronShape shape, TimeSpan budget)
    {
        using var scope = NewDisposeScope();
        using var data = shape.Noise();
        return Interleaved.Measure(
            [
                new("kernel", 1, Gradients(shape.Optimizee(data, Backend.Auto)), Repeats),
                new("by hand in libtorch", 1, Gradients(shape.Optimizee(data, Backend.Torch)), Repeats),
                new("libtorch's graph", 1, Graphs(data, Sizes(shape), shape.BatchSize), Repeats),
            ],
            budget);
    }

    private static long[] Sizes(PerceptronShape shape) =>
        [shape.Inputs.Aggregate(1L, (product, size) => product * size), .. shape.Hidden, 10];

    // Of a minibatch that is drawn already; the graph of the gradient serves a product and the gradient of v'Hv.
    private static void Products(PerceptronShape shape)
    {
        using var scope = NewDisposeScope();
        using var data = shape.Noise();
        var times = Interleaved.Measure(
            [
                new("Hv", 1, Curvatures(shape.Optimizee(data, Backend.Auto), isFormWanted: false), Repeats),
                new("Hv by libtorch's graph", 1, Curvatures(shape.Optimizee(data, Backend.Torch), isFormWanted: false), Repeats),
                new("with the gradient of v'Hv", 1, Curvatures(shape.Optimizee(data, Backend.Auto), isFormWanted: true), Repeats),
                new("by libtorch's graph", 1, Curvatures(shape.Optimizee(data, Backend.Torch), isFormWanted: true), Repeats),
            ],
            Budget);
        Console.WriteLine(
            $"  {shape.Name}: {string.Join(", ", times.Select(time => $"{time.Name} {time.Minimum * 1e6:F0}"))}; "
            + $"graph to kernel {times[1].Minimum / times[0].Minimum:F1} and {times[3].Minimum / times[2].Minimum:F1}");
    }

    private static Action Curvatures(Classifier optimizee, bool isFormWanted)
    {
        var episode = optimizee.Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta().DetachFromDisposeScope();
        var v = theta.sin().DetachFromDisposeScope();
        var loss = episode.Minibatch(step: 0, draw: 0);
        return () =>
        {
            for (var i = 0; i < Repeats; i++)
            {
                using var scope = NewDisposeScope();
                Hessian hessian = new(loss, theta);
                if (isFormWanted)
                {
                    hessian.TimesVectorWithGradient(v);
                }
                else
                {
                    hessian.TimesVector(v);
                }
            }
        };
    }

    private static Action Gradients(Classifier optimizee)
    {
        var episode = optimizee.Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta().DetachFromDisposeScope();
        return () =>
        {
            for (var step = 0; step < Repeats; step++)
            {
                using var scope = NewDisposeScope();
                _ = new EpisodeGradients(episode, step, theta);
            }
        };
    }

    // With the same draws, as a user of TorchSharp writes it.
    private static Action Graphs(Dataset data, long[] sizes, int batchSize)
    {
        var train = data[Split.Train];
        var layers = new List<(string, nn.Module<Tensor, Tensor>)> { ("flatten", nn.Flatten()) };
        for (var i = 1; i < sizes.Length; i++)
        {
            layers.Add(($"linear{i}", nn.Linear(sizes[i - 1], sizes[i])));
            if (i < sizes.Length - 1)
            {
                layers.Add(($"sigmoid{i}", nn.Sigmoid()));
            }
        }

        var model = nn.Sequential(layers);
        return () =>
        {
            for (var step = 0; step < Repeats; step++)
            {
                using var scope = NewDisposeScope();
                var indices = randint(train.Count, batchSize, dtype: int64);
                model.zero_grad();
                nn.functional.cross_entropy(model.call(train.Inputs[indices]), train.Labels[indices]).backward();
            }
        };
    }

    private static Action Steps(IOptimizer rule, Classifier optimizee) => () =>
    {
        using var scope = NewDisposeScope();
        using var episode = optimizee.Start(RandomStreams.FromSeed(1));
        _ = Rollout.Run(rule, optimizee.Layout, episode, RandomStreams.FromSeed(2), Repeats, _ => true);
    };

    private static IOptimizer At(ILearnedOptimizer optimizer) =>
        optimizer.At(optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32).DetachFromDisposeScope());
}
