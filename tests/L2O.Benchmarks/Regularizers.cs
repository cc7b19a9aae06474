using L2O.Configs;
using L2O.Data;
using L2O.Experiments;
using L2O.Options;
using L2O.Registration;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>What each regularizer makes of the time of a meta-iteration, with its own defaults at every step.</summary>
internal static class Regularizers
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    /// <summary>Prints a line for each kind; the ratio is to the same config without any.</summary>
    /// <param name="path">A training config; its own regularizer is not used.</param>
    internal static void Print(string path)
    {
        using var scope = NewDisposeScope();
        TensorOptions cpu = new(CPU, ScalarType.Float32);
        using DatasetCache data = new(DataDirectory.Resolve(null, Environment.GetEnvironmentVariable), cpu);
        Composition composition = new(data.Load, cpu);
        string[] kinds = ["none", .. Registry.Kinds(Family.Regularizer).Keys.Where(kind => kind != "none")];
        var timings = Interleaved.Measure(
            [.. kinds.Select(kind => new Candidate(kind, 1, SecondUnroll(composition, path, kind)))], Budget);
        Console.WriteLine($"{path}: an unroll, its meta-gradient and update; {Environment.ProcessorCount} cores");
        foreach (var timing in timings)
        {
            Console.WriteLine(
                $"{timing.Name,-20} min {timing.Minimum * 1e3,9:F2} ms {timing.Minimum / timings[0].Minimum,6:F2}x"
                + $"   median {timing.Median * 1e3,9:F2} ms {timing.Median / timings[0].Median,6:F2}x");
        }
    }

    // Always the same one, from where the first led: away from the optimizee's start.
    private static Action SecondUnroll(Composition composition, string path, string kind)
    {
        var config = ConfigReader.Read<TrainConfig>(
            ConfigSource.FromFile(path, [$"regularizer={{kind: {kind}, weight: 1e-4}}"]), Registry.Kinds);
        var trainer = composition.Trainer(config, start: null, new(1));
        var start = trainer.Advance(trainer.Start()).State;
        return () =>
        {
            using var scope = NewDisposeScope();
            trainer.Advance(start);
        };
    }
}
