using L2O.Configs;
using L2O.Data;
using L2O.Experiments;
using L2O.MetaTraining;
using L2O.Randomness;
using L2O.Registration;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>How much luck there is in the checkpoint that Validation calls the best, by the number of its episodes.</summary>
internal static class Choices
{
    // The first half is what a validation could have drawn, the other judges what it would have chosen.
    private const int Episodes = 40;

    private const int Draws = 1000;

    private static readonly int[] _counts = [1, 2, 5, 10];

    /// <summary>Meta-trains, and prints a line for each number of episodes.</summary>
    /// <param name="path">A training config.</param>
    internal static void Print(string path)
    {
        var losses = Losses(path);
        var judged = losses.Select(validation => validation[(Episodes / 2)..].Average()).ToArray();
        SplitMix64 random = new(1);
        Console.WriteLine($"{path}: {losses.Count} validations; loss left of 1, by {Episodes / 2} other episodes: {judged.Min():F4} at the best, {judged[^1]:F4} at the last");
        foreach (var count in _counts)
        {
            var chosen = Enumerable.Range(0, Draws).Select(_ => judged[Chosen(losses, count, ref random)]).ToArray();
            Console.WriteLine(
                $"{count,3} episodes choose {chosen.Average():F4}, {(chosen.Average() / judged.Min()) - 1:P1} above the best; "
                + $"worse than the last in {chosen.Count(loss => loss > judged[^1]) / (double)Draws:P0}");
        }
    }

    private static int Chosen(List<double[]> losses, int count, ref SplitMix64 random)
    {
        var order = Enumerable.Range(0, Episodes / 2).ToArray();
        for (var i = 0; i < count; i++)
        {
            var other = i + random.NextInt32(order.Length - i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        var means = losses.Select(validation => order[..count].Average(i => validation[i])).ToList();
        return means.IndexOf(means.Min());
    }

    // Of each validation, for each episode the part of the loss that is left, averaged over the optimizees.
    private static List<double[]> Losses(string path)
    {
        TensorOptions cpu = new(CPU, ScalarType.Float32);
        using DatasetCache data = new(DataDirectory.Resolve(null, Environment.GetEnvironmentVariable), cpu);
        Composition composition = new(data.Load, cpu);
        var config = ConfigReader.Read<TrainConfig>(ConfigSource.FromFile(path, []), Registry.Kinds);
        Workers workers = new(Environment.ProcessorCount);
        var trainer = composition.Trainer(config, start: null, workers);
        var optimizees = composition.Optimizees(config.Optimizees);
        var rule = Registry.MakeLearned(config.Optimizer.Options);
        List<double[]> losses = [];
        using var scope = NewDisposeScope();
        var state = trainer.Start();
        while (true)
        {
            var isBetween = state.Episodes.Count == 0;
            if (isBetween && state.Iteration % config.Validation.Every == 0)
            {
                losses.Add(
                [
                    .. Enumerable.Range(0, Episodes).Select(episode =>
                        new Validation(rule, optimizees, RandomStreams.FromSeed(episode), workers)
                            .Scores(state.Phi, config.Meta.ValidationStepsIn(state.Curriculum.Stage), episodes: 1, CancellationToken.None)
                            .Average(score => 1 + score.Change)),
                ]);
                Console.Error.WriteLine($"iteration {state.Iteration}: {losses[^1].Average():F4} left");
            }

            if (isBetween && state.Iteration >= config.Meta.Iterations)
            {
                return losses;
            }

            state = trainer.Advance(state).State;
            scope.DisposeEverythingBut(state.Tensors);
        }
    }
}
