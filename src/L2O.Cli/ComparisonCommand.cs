using System.CommandLine;
using L2O.Cli.Output;
using L2O.Experiments;
using L2O.Experiments.Comparing;
using L2O.Optimizers;
using static TorchSharp.torch;

namespace L2O.Cli;

/// <summary>What `l2o evaluate` and `l2o analyze` share: optimizers x optimizees x seeds.</summary>
internal static class ComparisonCommand
{
    /// <summary>A command that runs one kind of comparison.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="description">One line of help.</param>
    /// <param name="title">What progress calls the work.</param>
    /// <param name="show">Shows the finished run, given its directory.</param>
    internal static Command Create<TConfig>(
        string name, string description, string title, Action<string, CancellationToken> show)
        where TConfig : ComparisonConfig => RunOptions.Command(
            name,
            description,
            [RunOptions.CheckpointOption, RunOptions.StartOption, Jobs.Option],
            (options, parsed, cancel) =>
            {
                var checkpoints = parsed.GetRequiredValue(RunOptions.CheckpointOption);
                var config = ComparisonConfig.With(ConfigCommands.Read<TConfig>(options.ReadConfig()), checkpoints);
                if (parsed.GetValue(RunOptions.StartOption) is { } start)
                {
                    config = config with { Start = Path.GetFullPath(start) };
                }

                if (!options.IsQuiet)
                {
                    TellChosen(checkpoints, config.Optimizers);
                }

                using RunSession session = new(options);
                using var scope = NewDisposeScope();
                var optimizers = session.Composition.ComparedOptimizers(config);
                var optimizees = session.Composition.ComparedOptimizees(config);
                return session.Run(name, config.Name, config.Seed, config, (directory, log) =>
                {
                    var workers = Jobs.Workers(parsed.GetValue(Jobs.Option), session.TensorOptions.Device);
                    ComparisonRun run = new(config, optimizers, optimizees, directory, workers, log, TimeProvider.System);
                    Progress.Show(title, run.StepCount, options.IsQuiet, report =>
                    {
                        run.Run((done, note) => report(done, note), cancel);
                        return 0;
                    });
                    show(directory.Path, cancel);
                });
            });

    // Of a directory, which of its files counts.
    private static void TellChosen(string[] checkpoints, IReadOnlyList<OptimizerEntry> optimizers)
    {
        foreach (var entry in checkpoints.Zip(optimizers).Where(pair => Directory.Exists(pair.First)).Select(pair => pair.Second))
        {
            if (entry.Optimizer.All[0].Options is CheckpointOptions { Path: var file })
            {
                Console.Error.WriteLine($"{entry.ShownName}: {file}");
            }
        }
    }
}
