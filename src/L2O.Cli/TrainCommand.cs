using System.CommandLine;
using L2O.Cli.Output;
using L2O.Experiments;
using L2O.Experiments.Training;

namespace L2O.Cli;

/// <summary>`l2o train`: meta-trains a learned optimizer.</summary>
internal static class TrainCommand
{
    internal static Command Create() => RunOptions.Command(
        "train", "Meta-train a learned optimizer", [Jobs.Option], (options, parsed, cancel) =>
            Run(options, parsed.GetValue(Jobs.Option), cancel));

    private static int Run(RunOptions options, int? jobs, CancellationToken cancel)
    {
        var config = ConfigCommands.Read<TrainConfig>(options.ReadConfig());
        using RunSession session = new(options);
        var start = session.Composition.WarmStartOf(config);
        var trainer = session.Composition.Trainer(config, start, Jobs.Workers(jobs, session.TensorOptions.Device));
        return session.Run("train", config.Name, config.Seed, config, (directory, log) =>
        {
            if (start is not null)
            {
                log.Information("{Start:l}", start.Sentence);
            }

            TrainRun run = new(config, trainer, session.TensorOptions, directory, log, TimeProvider.System);
            var summary = Progress.Show("meta-training", run.IterationCount, options.IsQuiet, report =>
                run.Run((done, note) => report(done, note), cancel));
            TextTable.Print(summary.Sentences.Select(sentence => new[] { sentence }));
        });
    }
}
