using L2O.Errors;
using L2O.Experiments;
using L2O.Experiments.Sweeps;
using L2O.Runs;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Cli.Sweeps;

/// <summary>Makes what the runs of a sweep would make first, so that what is wrong with data or a device shows before any begins.</summary>
internal static class SweepCheck
{
    /// <summary>Loads every data set and checkpoint that a run names, on its device.</summary>
    /// <exception cref="ConfigException">There is no such device.</exception>
    /// <exception cref="DatasetException">A data set is missing or damaged.</exception>
    /// <exception cref="CheckpointException">A checkpoint is.</exception>
    internal static void Run(SweepPlan plan, string device, string? dataDirectory)
    {
        RunOptions options = new(
            "",
            [],
            RunDirectory: null,
            IsResumed: false,
            IsForced: false,
            device,
            dataDirectory,
            IsQuiet: true,
            IsReported: false,
            Plugins: new Dictionary<string, RunPlugin>());
        using RunSession session = new(options);
        using var scope = NewDisposeScope();
        foreach (var run in plan.Runs)
        {
            switch (run.Config)
            {
                case TrainConfig train:
                    session.Composition.Trainer(train, session.Composition.WarmStartOf(train), new Workers(1));
                    break;
                case ComparisonConfig comparison when run.Checkpoint is null:
                    session.Composition.ComparedOptimizers(comparison);
                    session.Composition.Optimizees(comparison.Optimizees);
                    break;
                case ComparisonConfig comparison:
                    session.Composition.Optimizees(comparison.Optimizees);
                    break;
            }
        }
    }
}
