using System.Diagnostics;
using L2O.Evaluation;
using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizees.Networks;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.GpuCheck;

/// <summary>What a piece of work takes.</summary>
/// <param name="Work">Its name; that of the plain implementation is the same.</param>
/// <param name="Parameters">The optimizee's, N.</param>
/// <param name="Tasks">Optimizees in a meta-iteration.</param>
/// <param name="By">Whose implementation.</param>
/// <param name="Milliseconds">The median; null where there was not memory enough.</param>
internal sealed record Speed(string Work, long Parameters, int Tasks, string By, double? Milliseconds)
{
    private const int Steps = 20;

    /// <summary>Measures L2O-DM on 784-H-10 perceptrons.</summary>
    /// <param name="place">Where.</param>
    /// <param name="hidden">H, one after the other.</param>
    /// <param name="tasks">Of a meta-iteration of the smallest.</param>
    /// <param name="each">Spent on each row, after the first time.</param>
    internal static IEnumerable<Speed> Of(Place place, IReadOnlyList<int> hidden, IReadOnlyList<int> tasks, TimeSpan each)
    {
        foreach (var size in hidden)
        {
            MlpOptions options = new() { Data = Place.Data, Hidden = [size] };
            var optimizee = place.Optimizee(options);
            var count = optimizee.Layout.Count;
            Speed Row(string work, int among, Action run) => new(work, count, among, "l2o", Median(place, run, each));

            yield return Row("forward step", 1, Forward(place, optimizee));
            yield return Row("meta-gradient of 20 steps", 1, MetaGradient(place, optimizee));
            yield return Row("evaluation step", 1, Evaluation(place, optimizee));
            foreach (var among in size == hidden[0] ? tasks : [1])
            {
                yield return Row("meta-iteration of 20 steps", among, MetaIteration(place, optimizee, among));
            }
        }
    }

    private static Action Forward(Place place, IOptimizee optimizee)
    {
        var (rule, gradients) = (Rule().At(Phi(place)), Gradients(place, optimizee.Layout.Count, 1));
        var state = rule.Init(optimizee.Layout, gradients[0], RandomStreams.FromSeed(1));
        return () =>
        {
            using var work = NumericWork.Begin();
            using var noGradient = no_grad();
            rule.Step(new ConstantGradient(gradients[0]), gradients[0], state);
        };
    }

    private static Action MetaGradient(Place place, IOptimizee optimizee)
    {
        var (rule, phi, gradients) = (Rule(), Phi(place), Gradients(place, optimizee.Layout.Count, Steps));
        return () =>
        {
            using var work = NumericWork.Begin();
            var tape = rule.Record(phi);
            var state = tape.Init(optimizee.Layout, gradients[0], RandomStreams.FromSeed(1));
            Tensor? update = null;
            foreach (var gradient in gradients)
            {
                (update, state) = tape.StepInPlace(new ConstantGradient(gradient), gradient, state, update);
            }

            tape.TimesCotangents(gradients);
        };
    }

    private static Action Evaluation(Place place, IOptimizee optimizee)
    {
        var rule = Rule().At(Phi(place));
        var streams = RandomStreams.FromSeed(1);
        return () =>
        {
            using var work = NumericWork.Begin();
            using var noGradient = no_grad();
            using var episode = optimizee.Start(streams);
            Rollout.Run(rule, optimizee.Layout, episode, streams, steps: 1, _ => true);
        };
    }

    private static Action MetaIteration(Place place, IOptimizee optimizee, int tasks)
    {
        MetaTrainer trainer = new(
            Rule(),
            new Adam(new() { LearningRate = 1e-3 }),
            [new("mlp", optimizee)],
            regularizer: null,
            teachers: [],
            new() { Steps = Steps, Unroll = Steps, Tasks = tasks },
            RandomStreams.FromSeed(1),
            place.Options,
            new Workers(1));
        var start = trainer.Start();
        return () =>
        {
            using var work = NumericWork.Begin();
            trainer.Advance(start);
        };
    }

    private static DmOptimizer Rule() => new(new());

    private static Tensor Phi(Place place) => place.Options.Convert(Rule().InitialPhi(RandomStreams.FromSeed(1)));

    private static Tensor[] Gradients(Place place, long count, int steps)
    {
        using var generator = RandomStreams.FromSeed(1).Generator("gradients");
        return [.. Enumerable.Range(0, steps).Select(_ => place.Options.Convert(randn(count, generator: generator) * 0.1))];
    }

    private static double? Median(Place place, Action run, TimeSpan each)
    {
        const int fewest = 3;
        try
        {
            run();
            place.Synchronize();
            List<double> times = [];
            for (var since = Stopwatch.StartNew(); times.Count < fewest || since.Elapsed < each;)
            {
                var watch = Stopwatch.StartNew();
                run();
                place.Synchronize();
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            return times.Order().ElementAt(times.Count / 2);
        }
        catch (Exception e) when (e is System.Runtime.InteropServices.ExternalException && e.Message.Contains("memory", StringComparison.Ordinal))
        {
            return null;
        }
    }
}
