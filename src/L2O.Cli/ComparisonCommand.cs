using System.CommandLine;
using L2O.Cli.Output;
using L2O.Experiments;
using L2O.Experiments.Comparing;
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
            [RunOptions.CheckpointOption, Jobs.Option],
            (options, parsed, cancel) =>
            {
                var config = ComparisonConfig.With(
                    ConfigCommands.Read<TConfig>(options.ReadConfig()),
                    parsed.GetRequiredValue(RunOptions.CheckpointOption));
                using RunSession session = new(options);
                using var scope = NewDisposeScope();
                var optimizers = session.Composition.ComparedOptimizers(config);
                var optimizees = session.Composition.Optimizees(config.Optimizees);
                return session.Run(name, config.Name, config.Seed, config, (directory, log) =>
                {
                    var workers = Jobs.Workers(parsed.GetValue(Jobs.Option), session.TensorOptions.Device);
                    ComparisonRun run = new(config, optimizers, optimizees, directory, workers, log, TimeProvider.System);
                    Progress.Show(title, run.StepCount, options.IsQuiet, Progress.Lost(log), report =>
                    {
                        run.Run((done, note) => report(done, note), cancel);
                        return 0;
                    });
                    show(directory.Path, cancel);
                });
            });
}
